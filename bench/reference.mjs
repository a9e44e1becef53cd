// The reference R: what a bare server of Node does on this machine at this moment. `GET /1234` is answered with
// 1234 ready bytes. Everything else in the benchmark is told as a share of it.
import { createServer } from 'node:http'

/** @type {Map<string, Buffer>} */
const pages = new Map()

const server = createServer((request, response) => {
  const path = request.url ?? '/0'
  let page = pages.get(path)
  if (!page) pages.set(path, (page = Buffer.alloc(Number(path.slice(1)) || 0, 'a page ')))
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': page.length })
  response.end(page)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address) process.stdout.write(`${address.port}\n`)
})
