import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { reencode } from '#app/domain/tickets/reencode.server.ts'

const red = { r: 200, g: 30, b: 30 }
const aPhoto = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: red } })

test.each(['jpeg', 'png', 'webp', 'gif'] as const)('takes %s by its content', async (format) => {
  const drawn = await reencode(await aPhoto(40, 20).toFormat(format).toBuffer())
  expect(drawn).toMatchObject({ kind: 'photo', width: 40, height: 20 })
  const { image } = drawn as Extract<typeof drawn, { kind: 'photo' }>
  expect((await sharp(image).metadata()).format).toBe('webp')
})

test('what the phone wrote into the file is gone, and the photo stands upright', async () => {
  const file = await aPhoto(300, 100)
    .withExif({ IFD0: { Artist: 'Sam of room 214' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()
  expect(file.includes('Sam of room 214')).toBe(true)
  const drawn = await reencode(file)
  // A quarter turn.
  expect(drawn).toMatchObject({ kind: 'photo', width: 100, height: 300 })
  const { image } = drawn as Extract<typeof drawn, { kind: 'photo' }>
  const { exif, icc, xmp, iptc, orientation } = await sharp(image).metadata()
  expect([exif, icc, xmp, iptc, orientation]).toEqual([undefined, undefined, undefined, undefined, undefined])
  expect(Buffer.from(image).includes('room 214')).toBe(false)
})

test('a large photo is made smaller, a small one is not made larger', async () => {
  expect(await reencode(await aPhoto(4000, 3000).jpeg().toBuffer())).toMatchObject({
    width: 1600,
    height: 1200,
  })
  expect(await reencode(await aPhoto(8, 8).png().toBuffer())).toMatchObject({ width: 8, height: 8 })
})

test('a moving picture stands still', async () => {
  const frames = await sharp(
    [await aPhoto(10, 10).png().toBuffer(), await aPhoto(10, 10).negate().png().toBuffer()],
    {
      join: { animated: true },
    },
  )
    .gif()
    .toBuffer()
  expect((await sharp(frames, { pages: -1 }).metadata()).pages).toBe(2)
  const drawn = await reencode(frames)
  const { image } = drawn as Extract<typeof drawn, { kind: 'photo' }>
  expect((await sharp(image).metadata()).pages).toBeUndefined()
})

test('what is hidden behind a picture is not in what we keep', async () => {
  const page = '<script>alert(1)</script>'
  const file = Buffer.concat([
    await aPhoto(20, 20).jpeg().toBuffer(),
    Buffer.from(page),
    Buffer.from('PK\u0003\u0004'),
  ])
  const drawn = await reencode(file)
  expect(drawn.kind).toBe('photo')
  const { image } = drawn as Extract<typeof drawn, { kind: 'photo' }>
  expect(Buffer.from(image).includes('script')).toBe(false)
})

/** A PNG whose head says that it is so large, and whose few bytes unpack to as much as one likes. */
function aBomb(side: number): Buffer {
  const chunk = (type: string, body: Buffer) => {
    const text = Buffer.concat([Buffer.from(type), body])
    const out = Buffer.alloc(text.length + 8)
    out.writeUInt32BE(body.length)
    text.copy(out, 4)
    out.writeUInt32BE(crc32(text), text.length + 4)
    return out
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(side)
  head.writeUInt32BE(side, 4)
  head.set([8, 0, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.alloc(50_000_000))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

test('a picture that would unpack to gigabytes is refused before it is unpacked', async () => {
  const bomb = aBomb(60_000)
  expect(bomb.length).toBeLessThan(100_000)
  const before = process.memoryUsage().rss
  expect(await reencode(bomb)).toEqual({ kind: 'refused', fault: 'photoTooLarge' })
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024)
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a page', Buffer.from('<!doctype html><script>alert(1)</script>')],
  [
    'an SVG with a script',
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
  ],
  [
    'an SVG that reads a file',
    Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd" width="9" height="9"/></svg>',
    ),
  ],
  ['a PDF', Buffer.from('%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF')],
  ['the first bytes of a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16])],
  ['noise', Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * 7919) % 256))],
])('%s is no photo', async (_what, file) => {
  expect(await reencode(file)).toEqual({ kind: 'refused', fault: 'photoUnreadable' })
})

test('a photo cut off on the way is refused, not shown half', async () => {
  const whole = await sharp({
    create: {
      width: 900,
      height: 900,
      channels: 3,
      noise: { type: 'gaussian', mean: 120, sigma: 50 },
      background: red,
    },
  })
    .jpeg()
    .toBuffer()
  expect(await reencode(whole.subarray(0, whole.length / 2))).toEqual({
    kind: 'refused',
    fault: 'photoUnreadable',
  })
})

test('one that fails keeps nobody waiting', async () => {
  const good = await aPhoto(10, 10).png().toBuffer()
  const drawn = await Promise.all([Buffer.from('x'), good, Buffer.from('y'), good].map(reencode))
  expect(drawn.map(({ kind }) => kind)).toEqual(['refused', 'photo', 'refused', 'photo'])
})
