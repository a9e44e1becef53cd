import path from 'node:path'
import { demoNetwork } from '#db/demo/network.ts'
import { startSandbox } from './x/server.ts'

/** The practice network as a process of its own, for the demo and the browser tests. */

const port = Number(process.env.SANDBOX_PORT ?? 3001)
const file = path.join(process.env.DATA_DIR ?? '.data', 'sandbox.json')

try {
  const sandbox = await startSandbox({ port, file, world: demoNetwork })
  console.log(`Practice network at ${sandbox.url}, posts kept in ${file}`)
  const stop = () => void sandbox.close().then(() => process.exit(0))
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
} catch (error) {
  console.error(reason(error))
  process.exitCode = 1
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return `Port ${port} is in use. Set SANDBOX_PORT to another one.`
  if (code === 'ERR_SOCKET_BAD_PORT')
    return `SANDBOX_PORT must be a number up to 65535, not ${process.env.SANDBOX_PORT}.`
  return message
}
