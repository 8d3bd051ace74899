/** Which lesson teaches the rule behind a diagnosis. Codes that are no rule of ownership have none. */

const LESSONS_BY_CODE: Readonly<Record<string, readonly string[]>> = {
  '02-who-frees': ['double-free-page'],
  '03-get-and-put-in-pairs': ['unbalanced-put', 'resurrect-zero-ref', 'refcount-overflow'],
  '04-orders': ['wrong-order-free', 'put-noncompound-high-order'],
  '05-non-compound-blocks-and-their-tails': ['ref-on-noncompound-tail'],
  '07-folios-tails-and-two-definitions': ['head-test-after-put'],
  '08-leaks-and-the-last-owner': ['page-leak', 'memory-leak', 'krealloc-lost-original', 'two-owners'],
  '09-page-types': ['flags-left-at-free'],
  '10-objects-are-not-pages': ['slab-use-after-free', 'slab-double-free', 'cache-destroy-busy'],
  '11-why-get-page-does-not-save-you': ['get-page-on-slab', 'get-page-on-large-kmalloc'],
  '12-freeing-the-right-thing': [
    ...['mismatched-free', 'slab-invalid-free', 'wrong-cache-free', 'double-vfree', 'vfree-in-atomic'],
  ],
  '13-reuse-you-can-see': ['page-use-after-free', 'out-of-bounds', 'uninitialised-read', 'freed-while-reachable'],
  '14-stale-aliases-after-krealloc': ['krealloc-stale-alias'],
  '15-type-safe-by-rcu': ['typesafe-rcu-no-recheck', 'stale-lookup-identity'],
  '16-contiguous-to-whom': ['vmalloc-use-after-vfree'],
  '17-vmalloc-to-page': [
    ...['virt-to-page-on-vmalloc', 'vmalloc-to-page-on-linear', 'map-put-pages-confusion', 'vmap-backing-freed'],
  ],
  '18-mapping-a-page-for-a-moment': ['kmap-out-of-order', 'kmap-leak', 'kmap-escape', 'free-while-mapped'],
  '19-page-address-can-be-null': ['page-address-null-highmem', 'null-dereference', 'wild-access'],
  '20-scatterlists-borrow': ['sg-outlives-pages', 'sg-iteration-mixup'],
  '21-cpu-or-device-whose-turn': ['cpu-touch-device-owned', 'coherent-misuse', 'dma-map-bad-area'],
  '22-drop-order-of-a-dma-table': [
    ...['dma-free-while-mapped', 'dma-double-unmap', 'dma-unmap-mismatch', 'dma-no-error-check'],
  ],
  '23-inserting-a-page': ['insert-page-misuse', 'bad-pte-special', 'pte-overwrite'],
  '24-pfn-maps-have-no-count': ['pfn-pte-without-lifetime', 'memdesc-breaks-tomorrow'],
  '25-gup-gup-fast-pins': ['gup-ref-outlives-owner', 'pin-put-mismatch', 'longterm-get'],
  '26-what-vm-io-does-not-do': ['vm-io-not-enough'],
  '27-mremap-and-remembered-addresses': ['zap-by-address', 'mm-lifetime'],
  '28-the-munmap-window': ['munmap-window', 'stale-tlb-user'],
  '29-a-shrinkers-promises': ['shrinker-blocking-lock', 'lru-state-mismatch'],
  '31-owned-borrowed-counted': ['use-after-move'],
  '33-borrowed-page-and-lifetimes': ['borrow-outlives-owner'],
  '34-into-raw-and-back': ['foreign-ownable-misuse', 'pt-double-take', 'pt-leaked-leaf'],
  '36-reading-a-safety-clause': ['unsafe-contract', 'pt-borrow-outlives', 'pt-missing-tlbi'],
  '38-a-race-and-its-replay': ['data-race'],
  '39-free-after-a-grace-period': ['free-without-grace-period', 'double-call-rcu'],
  '40-lock-order': ['deadlock', 'sleep-in-atomic'],
  '41-the-same-driver-in-four-eras': ['not-in-this-era'],
}

const byCode = new Map(
  Object.entries(LESSONS_BY_CODE).flatMap(([id, codes]) => codes.map((code) => [code, id] as const)),
)

/** Id of the lesson; null if there is none. */
export function lessonOf(code: string): string | null {
  return byCode.get(code) ?? null
}
