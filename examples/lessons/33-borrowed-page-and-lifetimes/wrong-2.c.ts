import { PAGE_SIZE, vfree, vmalloc } from 'linux'

const image = vmalloc(2 * PAGE_SIZE)!
vfree(image)
