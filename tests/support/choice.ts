/** Chooses one of several. */
export type Choose = <T>(from: ReadonlyArray<T>) => T

/** Chance that is the same each time, from a seed: mulberry32. */
export function choiceFrom(seed: number): Choose {
  let state = seed >>> 0
  return (from) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return from[((mixed ^ (mixed >>> 14)) >>> 0) % from.length]!
  }
}
