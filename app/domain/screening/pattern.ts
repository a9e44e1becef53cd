/** The longest pattern, and the fewest places in it: a shorter one would find half the numbers of a text. */
export const LONGEST_PATTERN = 40
const FEWEST_PLACES = 3

/**
 * What a campus may look for: `#` is a digit, `?` a letter, a space any gap, and everything else itself. There is no
 * repetition in it, so that no pattern can take long.
 * @returns null for what is no pattern
 */
export function compilePattern(pattern: string): RegExp | null {
  const places = [...pattern].filter((sign) => sign === '#' || sign === '?').length
  if (pattern.length > LONGEST_PATTERN || places < FEWEST_PLACES || pattern.trim() !== pattern) return null
  const source = [...pattern]
    .map((sign) =>
      sign === '#'
        ? '\\p{Nd}'
        : sign === '?'
          ? '\\p{L}'
          : sign === ' '
            ? '\\s'
            : sign.replace(/[\\^$.*+()[\]{}|/]/, '\\$&'),
    )
    .join('')
  return new RegExp(`(?<![\\p{L}\\p{N}])${source}(?![\\p{L}\\p{N}])`, 'giu')
}
