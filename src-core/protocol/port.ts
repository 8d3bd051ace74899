/** The end of a channel between a window and the core: a MessagePort, a worker, a parent port, or a pair in a test. */
export interface Port {
  /** Sends data; the buffers in `transfer` move to the other side. */
  postMessage(data: unknown, transfer?: ArrayBuffer[]): void
  /** Sets what is called with each message that comes. */
  onMessage(handler: (data: unknown) => void): void
}
