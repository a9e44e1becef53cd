import sharp from 'sharp'
import { expect, raise, test } from './quad.ts'

/** What a phone writes: with the place, and lying on its side. */
const aPhoto = async () => ({
  name: '../../etc/passwd.jpg',
  mimeType: 'text/html',
  buffer: await sharp({ create: { width: 400, height: 300, channels: 3, background: '#a33' } })
    .withExif({ IFD0: { Artist: 'Sam of room 214' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer(),
})

test('a photo is put beside a concern, seen by everybody, and taken away', async ({ open }) => {
  const sam = await open('/', { as: 'sam', scripts: false })
  const { number, path } = await raise(sam, { title: 'The step at the rear entrance is broken' })
  await sam.getByRole('link', { name: 'Add photos' }).click()
  await expect(sam.getByRole('heading', { level: 1 })).toHaveText('Photos')

  await test.step('what is missing is said beside the field, and what was written is kept', async () => {
    await sam.getByLabel('What does it show?').fill('A broken step')
    await sam.getByRole('button', { name: 'Add the photo' }).click()
    await expect(sam.getByLabel('Photo', { exact: true })).toHaveAccessibleDescription(/Choose a photo/)
    await expect(sam.getByLabel('What does it show?')).toHaveValue('A broken step')
  })
  await test.step('what is no photo is refused in a sentence', async () => {
    const page = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    await sam
      .getByLabel('Photo', { exact: true })
      .setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: page })
    await sam.getByRole('button', { name: 'Add the photo' }).click()
    await expect(sam.getByRole('alert')).toContainText('This is no photo we can read')
  })
  await sam.getByLabel('Photo', { exact: true }).setInputFiles(await aPhoto())
  await sam.getByRole('button', { name: 'Add the photo' }).click()
  await expect(sam.getByRole('status')).toContainText('The photo is on the page')

  const visitor = await open(path)
  const photo = visitor.getByRole('img', { name: 'A broken step' })
  await expect(async () => {
    await visitor.reload()
    await expect(photo).toBeVisible({ timeout: 500 })
  }).toPass()
  expect(
    await photo.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]),
  ).toEqual([300, 400])
  const src = (await photo.getAttribute('src'))!
  const answer = await visitor.request.get(src)
  expect(answer.headers()).toMatchObject({
    'content-type': 'image/webp',
    'content-disposition': 'attachment; filename="photo.webp"',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  })
  expect(answer.headers()['content-security-policy']).toContain("default-src 'none'; sandbox")
  const bytes = await answer.body()
  expect((await sharp(bytes).metadata()).exif).toBeUndefined()
  expect(bytes.includes('room 214')).toBe(false)
  const again = await visitor.request.get(src, { headers: { 'If-None-Match': answer.headers().etag! } })
  expect(again.status()).toBe(304)

  await test.step('nobody else can take it away, or put one there', async () => {
    const ravi = await open(`/photos/new?ticket=${number}`, { as: 'ravi', scripts: false })
    await expect(ravi.getByText('You have said nothing on this ticket yet')).toBeVisible()
    const send = (form: Record<string, string>) =>
      ravi.request.post(`/photos/new?ticket=${number}`, {
        multipart: form,
        maxRedirects: 0,
        headers: { origin: new URL(ravi.url()).origin },
      })
    expect((await send({ intent: 'remove', photo: src.split('/').at(-1)! })).status()).toBe(404)
  })

  await sam.getByRole('button', { name: 'Take away the photo: A broken step' }).click()
  await expect(sam.getByRole('status')).toContainText('The photo is taken away')
  expect((await visitor.request.get(src)).status()).toBe(404)
  await expect(async () => {
    await visitor.reload()
    expect(await photo.count()).toBe(0)
  }).toPass()
})

test('a file too large is refused before it is read', async ({ open }) => {
  const sam = await open('/', { as: 'sam', scripts: false })
  const { number } = await raise(sam, { title: 'The railing at the boat house wobbles' })
  const answer = await sam.request.post(`/photos/new?ticket=${number}`, {
    multipart: {
      intent: 'add',
      entry: '1',
      description: 'Much too large',
      photo: { name: 'a.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(14 * 1024 * 1024) },
    },
    headers: { origin: new URL(sam.url()).origin },
  })
  expect(answer.status()).toBe(413)
})
