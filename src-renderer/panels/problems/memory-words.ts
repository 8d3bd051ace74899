/** How a problem names the memory that it is about. */
interface Memory {
  readonly kind: string
  readonly bytes: number
  readonly address: string
}

/** What the memory is, and where; a cache is no bytes at an address, but a kind of objects. */
export function memoryWords({ kind, bytes, address }: Memory): { readonly what: string; readonly at: string | null } {
  if (kind === 'cache') return { what: `cache of objects of ${bytes} bytes`, at: null }
  return { what: `${kind.replaceAll('-', ' ')} of ${bytes} bytes at`, at: address }
}
