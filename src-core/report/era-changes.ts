/** Why a code exists only in some eras: the change of the kernel behind it (KERNEL_FACTS §1.10, §2.6, §3.8). */
const CHANGES: Readonly<Record<string, string>> = {
  'get-page-on-slab': 'from v6.14 slab pages are frozen: get_page() on one warns and takes nothing',
  'get-page-on-large-kmalloc': 'from v6.17 large kmalloc pages are frozen: get_page() on one warns and takes nothing',
  'memdesc-breaks-tomorrow':
    'with memdescs only folios have a reference count: driver, vmalloc and page-table pages have none',
}

/** One clause, or an empty text if the code exists in every era. */
export function eraChange(code: string): string {
  return CHANGES[code] ?? ''
}
