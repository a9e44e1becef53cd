import { createHash } from 'node:crypto'
import type { Sharp } from 'sharp'

/** What is taken: what phones and screens make. By content; what a file calls itself is not read. */
const FORMATS: ReadonlyArray<string | undefined> = ['jpeg', 'png', 'webp', 'gif']
/** Pixels of the longer side, enough to read a notice by. */
const LONGEST_SIDE = 1600
/** Pixels of what is unpacked: the largest photo a phone takes, and no bomb. */
const MOST_PIXELS = 60_000_000
/** Seconds. */
const PATIENCE = 20

export type Reencoded =
  | { kind: 'photo'; image: Uint8Array; digest: string; width: number; height: number }
  /** `photoUnreadable`: no picture of these kinds, or a broken one. */
  | { kind: 'refused'; fault: 'photoUnreadable' | 'photoTooLarge' }

let turn: Promise<unknown> = Promise.resolve()

/**
 * Draws a photo anew: turned upright, no larger than a page needs, as WebP, and without anything else that was in the
 * file, such as where it was taken. One at a time, since each may take 250 MB while it is unpacked.
 */
export function reencode(file: Uint8Array): Promise<Reencoded> {
  const mine = turn.then(() => drawAnew(file))
  turn = mine.catch(() => null)
  return mine
}

async function drawAnew(file: Uint8Array): Promise<Reencoded> {
  // It takes 30 MB, which a campus without photos is spared.
  const { default: sharp } = await import('sharp')
  sharp.cache(false)
  sharp.concurrency(1)
  const open = (): Sharp => sharp(file, { limitInputPixels: MOST_PIXELS, failOn: 'error', pages: 1 })
  try {
    const { format, width = 0, height = 0 } = await sharp(file, { limitInputPixels: false }).metadata()
    if (!FORMATS.includes(format)) return { kind: 'refused', fault: 'photoUnreadable' }
    if (width * height > MOST_PIXELS) return { kind: 'refused', fault: 'photoTooLarge' }
    const { data, info } = await open()
      .rotate()
      .resize({ width: LONGEST_SIDE, height: LONGEST_SIDE, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .webp({ quality: 80 })
      .timeout({ seconds: PATIENCE })
      .toBuffer({ resolveWithObject: true })
    const digest = createHash('sha256').update(data).digest('base64url')
    return { kind: 'photo', image: data, digest, width: info.width, height: info.height }
  } catch {
    return { kind: 'refused', fault: 'photoUnreadable' }
  }
}
