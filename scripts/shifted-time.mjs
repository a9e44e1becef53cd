// Loaded before the processes of `npm run screens`: they live at the moment the pictures are always taken.
const shift = Number(process.env.QUAD_SCREENS_SHIFT)
const now = () => performance.timeOrigin + performance.now() + shift

globalThis.Date = new Proxy(Date, {
  construct: (real, given, made) => Reflect.construct(real, given.length === 0 ? [now()] : given, made),
  get: (real, name) => (name === 'now' ? () => Math.round(now()) : Reflect.get(real, name)),
})
