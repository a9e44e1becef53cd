/** A colour in sRGB, each part from 0 to 1. */
export type Colour = [red: number, green: number, blue: number]

/** What WCAG 2.2 asks of text that is not large (1.4.3). */
export const READABLE = 4.5

/** @param hex as in `#0b4f5c` */
export function fromHex(hex: string): Colour {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255) as Colour
}

export function toHex(colour: Colour): string {
  const parts = colour.map((part) =>
    Math.round(part * 255)
      .toString(16)
      .padStart(2, '0'),
  )
  return `#${parts.join('')}`
}

/** From 1 (the same) to 21 (black on white): WCAG 2.2, definitions of contrast ratio and relative luminance. */
export function contrast(one: Colour, other: Colour): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(colour: Colour): number {
  const [red, green, blue] = linear(colour)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** CSS `color-mix(in srgb, one share, other)`. @param share from 0 to 1 */
export function mix(one: Colour, share: number, other: Colour): Colour {
  return one.map((part, index) => part * share + (other[index] ?? 0) * (1 - share)) as Colour
}

/** CSS `oklch(from colour lightness c h)`: the same hue, lighter or darker. */
export function withLightness(colour: Colour, lightness: number): Colour {
  const [, a, b] = toOklab(colour)
  return fromOklab([lightness, a, b])
}

type Oklab = [lightness: number, greenRed: number, blueYellow: number]

// The matrices are those of CSS Color 4, section 18, "Sample code for color conversions", put together.
function toOklab(colour: Colour): Oklab {
  const [r, g, b] = linear(colour)
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

/** What a screen cannot show is cut off, as browsers do it. */
function fromOklab([lightness, a, b]: Oklab): Colour {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((part) => {
    const shown = Math.min(1, Math.max(0, part))
    return shown <= 0.0031308 ? shown * 12.92 : 1.055 * shown ** (1 / 2.4) - 0.055
  }) as Colour
}

function linear(colour: Colour): Colour {
  return colour.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as Colour
}

/** The neutrals of `ui/tokens.css` that a brand meets; a test compares the two. */
export const NEUTRALS = {
  light: { ground: '#fafaf7', surface: '#ffffff', sunken: '#f0f1ec', ink: '#141c1b', soft: '#4b5856' },
  dark: { ground: '#111716', surface: '#19211f', sunken: '#0c1110', ink: '#e9eeec', soft: '#a9b6b3' },
} as const

export type Reading = { what: string; ratio: number }

/** How well everything can be read that `ui/tokens.css` makes of a brand. */
export function readings(brand: Colour): Array<Reading> {
  const white = fromHex('#ffffff')
  const darkGround = fromHex(NEUTRALS.dark.ground)
  const accent = withLightness(brand, 0.8)
  const tints = { light: mix(brand, 0.07, white), dark: mix(brand, 0.3, darkGround) }
  const on = (what: string, text: Colour, theme: 'light' | 'dark') => [
    ...(['ground', 'surface', 'sunken'] as const).map((name) => ({
      what: `${what} on the page`,
      ratio: contrast(text, fromHex(NEUTRALS[theme][name])),
    })),
    { what: `${what} on its tint`, ratio: contrast(text, tints[theme]) },
  ]
  return [
    { what: 'white on it', ratio: contrast(white, brand) },
    { what: 'white on its dark shade', ratio: contrast(white, withLightness(brand, 0.33)) },
    { what: 'dark text on its light shade', ratio: contrast(fromHex(NEUTRALS.dark.sunken), accent) },
    ...on('it', brand, 'light'),
    ...on('its light shade', accent, 'dark'),
    ...(['light', 'dark'] as const).flatMap((theme) =>
      (['ink', 'soft'] as const).map((text) => ({
        what: 'text on its tint',
        ratio: contrast(fromHex(NEUTRALS[theme][text]), tints[theme]),
      })),
    ),
  ]
}

/** What of a brand is read worst. */
export function worstReading(brand: string): Reading {
  return readings(fromHex(brand)).reduce((worst, each) => (each.ratio < worst.ratio ? each : worst))
}

/** The colour that can be read everywhere and differs least from this one, by distance in OKLab. */
export function nearestReadable(brand: string): string {
  const [lightness, a, b] = toOklab(fromHex(brand))
  let nearest = { hex: '#000000', distance: Infinity }
  for (let light = 0; light <= 1; light += 0.005) {
    for (let chroma = 0; chroma <= 1; chroma += 0.05) {
      const hex = toHex(fromOklab([light, a * chroma, b * chroma]))
      const distance = Math.hypot(...toOklab(fromHex(hex)).map((part, at) => part - [lightness, a, b][at]!))
      if (distance < nearest.distance && worstReading(hex).ratio >= READABLE) nearest = { hex, distance }
    }
  }
  return nearest.hex
}
