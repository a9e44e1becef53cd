import { reasonOf } from './errors.ts'

/** What is not finished by then is cut off: a supervisor would do it anyway. */
const STOP_WITHIN = 10_000

/**
 * Runs a process from start to stop. `start` gives back how to stop it; that is called once, on SIGTERM or
 * SIGINT. A start that fails says why in one sentence and ends with 1.
 */
export async function runProcess(start: () => Promise<() => Promise<void>>): Promise<void> {
  const starting = start()
  let stopping = false
  const end = () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), STOP_WITHIN).unref()
    starting
      .then((stop) => stop())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`Stopping failed: ${reasonOf(error)}\n`)
          process.exit(1)
        },
      )
  }
  // From the first moment: a start that is cut off leaves its signs of life and locks behind.
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  try {
    await starting
  } catch (error) {
    fail(error)
  }
}

/** Runs a command to its end. One that fails says why and ends with 1. */
export async function runCommand(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    fail(error)
  }
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : reasonOf(error)}\n`)
  process.exit(1)
}
