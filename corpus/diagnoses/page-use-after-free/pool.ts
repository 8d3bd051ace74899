// A pool of pages for bad-3.ts and good-3.ts. Its own code is right: whoever drains it must not use it any more.
import { alloc_page, GFP_KERNEL, page_address, put_page } from 'linux'
import type { page, Ptr } from 'linux'

const pages: page[] = []

export function take(): Ptr {
  const fresh = alloc_page(GFP_KERNEL)!
  pages.push(fresh)
  return page_address(fresh)!
}

export function store(at: Ptr, value: number) {
  at.write_u32(16, value)
}

export function drain() {
  while (pages.length > 0) put_page(pages.pop()!)
}
