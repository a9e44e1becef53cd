import { pino, type Logger } from 'pino'

export type Log = Logger

/** One JSON line per event on standard output. No personal data, no secret: only ids, counts and reasons. */
export function createLog(level: string): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime })
}
