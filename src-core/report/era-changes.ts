/** Why a code exists only in some eras: the change of the kernel behind it (KERNEL_FACTS §1.10, §2.6, §3.8). */
const CHANGES: Readonly<Record<string, string>> = {
  'not-in-this-era': 'a name that the program imports does not exist there',
  'get-page-on-slab': 'slab pages are frozen there: get_page() on one warns and takes nothing',
  'get-page-on-large-kmalloc': 'large kmalloc pages are frozen there: get_page() on one warns and takes nothing',
  'memdesc-breaks-tomorrow': 'only folios have a reference count there: driver, vmalloc and page-table pages have none',
}

/** Why mistakes of earlier eras are none in an era. */
const ENDS: Readonly<Record<string, string>> = {
  memdesc: 'pages of drivers have no reference count there, and no operation that takes or drops one does anything',
}

/** One clause for an era that finds nothing where another does, or an empty text. */
export function eraEnd(era: string): string {
  return ENDS[era] ?? ''
}

/** One clause, or an empty text if the code exists in every era. */
export function eraChange(code: string): string {
  return CHANGES[code] ?? ''
}
