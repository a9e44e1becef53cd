// Loaded into the processes that `npm start` begins: when it is gone, whatever ended it, they stop as well.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
// Waiting for that alone keeps no process running.
process.channel?.unref()

export {}
