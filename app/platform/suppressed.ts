/**
 * The least number of people a public figure may be about. Of fewer, somebody who knows one of them could tell which
 * they are (34 CFR 99.3 on indirect identification; 10 is also what the UK's student survey publishes from).
 */
export const FEWEST = 10

/** Whether a figure about so many people is kept back: in its place stands that they are fewer than ten. */
export function suppressed(people: number): boolean {
  return people < FEWEST
}
