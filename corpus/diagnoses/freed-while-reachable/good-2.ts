// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The release waits until the mapping has ended.
import { kmap_local_page, kunmap_local, pr_info, vfree, vmalloc, vmalloc_to_page } from 'linux'

const area = vmalloc(2 * 4096)!
const release = () => {
  pr_info('released')
  vfree(area)
}
const withPage = (offset: number, body: (write: (value: number) => void) => void) => {
  const mapped = kmap_local_page(vmalloc_to_page(area.add(offset))!)
  body((value) => mapped.write_u32(0, value))
  kunmap_local(mapped)
}
withPage(4096, (write) => {
  write(1)
})
release()
