/** The sandbox of snippets on Node: it knows how much its thread's heap takes. */
import { getHeapStatistics } from 'node:v8'
import { newSandbox } from '../src-core/runtime/sandbox.ts'
import type { Sandbox } from '../src-core/runtime/session.ts'

function heapBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}

/** A fresh sandbox for one run. */
export function newNodeSandbox(): Sandbox {
  return { ...newSandbox(), heapBytes }
}
