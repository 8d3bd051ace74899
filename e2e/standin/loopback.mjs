/**
 * One server on 127.0.0.1: answers the app's own scheme by calling the handler that main registered (so its headers and
 * its refusals are the real ones), and carries all IPC of a page over a WebSocket (same origin, so the page's
 * `connect-src 'self'` lets it pass).
 */
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'

/** Path of an empty page, and of the WebSocket. */
export const BLANK = '/__standin/blank'
export const SOCKET = '/__standin/socket'

/** @type {Map<string, (request: Request) => Promise<Response>>} Handlers by scheme. */
const handlers = new Map()
/** @type {Map<number, (socket: import('ws').WebSocket) => void>} Who takes the socket of a window. */
const takers = new Map()
let loopback = ''
/** `app://host`, once a page of it was opened. One is enough here. */
let appOrigin = ''

export const handleScheme = (scheme, handler) => handlers.set(scheme, handler)
export const takeSockets = (windowId, take) => takers.set(windowId, take)

/** Starts the server. @returns {Promise<string>} its origin */
export async function openLoopback() {
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      console.error(error)
      response.writeHead(500).end()
    })
  })
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 256 * 1024 * 1024, perMessageDeflate: false })
  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url, loopback)
    const take = takers.get(Number(url.searchParams.get('window')))
    if (url.pathname !== SOCKET || !take) socket.destroy()
    else sockets.handleUpgrade(request, socket, head, take)
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  server.unref()
  loopback = `http://127.0.0.1:${server.address().port}`
  return loopback
}

async function answer(request, response) {
  const handler = handlers.get(appOrigin.split(':')[0])
  if (request.url === BLANK || !handler) {
    response.writeHead(request.url === BLANK ? 200 : 404, { 'Content-Type': 'text/html' }).end()
    return
  }
  const reply = await handler(new Request(appOrigin + request.url, { method: request.method }))
  response.writeHead(reply.status, Object.fromEntries(reply.headers))
  response.end(Buffer.from(await reply.arrayBuffer()))
}

/** The loopback address of an app:// URL; other URLs stay. */
export function toLoopback(url) {
  const match = /^([\w.+-]+):\/\/[^/]*/.exec(url)
  if (!match || !handlers.has(match[1])) return url
  appOrigin = match[0]
  return loopback + url.slice(appOrigin.length)
}

/** The app:// URL of a loopback address; other URLs stay. */
export const fromLoopback = (url) =>
  appOrigin && url.startsWith(loopback) ? appOrigin + url.slice(loopback.length) : url
