/**
 * Registers the service worker of the browser edition (made by scripts/build/service-worker.ts): the app then starts
 * without a network, and has its response headers from any web server. After the first run, which has precedence.
 */

/** Milliseconds after the app has started. */
const LATER = 3_000

export function keepOffline(): void {
  if (!import.meta.env.PROD || window.pageward !== undefined || !('serviceWorker' in navigator)) return
  // A timer, not the load event: that may be over when this module gets to run.
  setTimeout(() => {
    navigator.serviceWorker.register('./service-worker.js').catch((error: unknown) => {
      console.warn(`the app cannot be kept for use offline: ${String(error)}`)
    })
  }, LATER)
}
