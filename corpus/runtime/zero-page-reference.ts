// @expect none
//
// The zero page is never allocated and never free: a reference of GUP on it is an ordinary one.
import { get_user_pages_fast, put_page } from 'linux'
import type { page, Ptr } from 'linux'
import { MAP_ANONYMOUS, MAP_PRIVATE, mmap, PROT_READ, spawn } from 'user'

spawn('reader', () => {
  const untouched = mmap(null, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) as Ptr
  const pages: page[] = []
  if (get_user_pages_fast(untouched.addr, 1, 0, pages) === 1) put_page(pages[0]!)
})
