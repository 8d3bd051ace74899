// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect wrong-cache-free 10
//
// Two caches, one free.
import { GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free } from 'linux'

const inodes = kmem_cache_create('inode', 64, 0, 0, null)!
const names = kmem_cache_create('name', 256, 0, 0, null)!
const inode = kmem_cache_alloc(inodes, GFP_KERNEL)!
kmem_cache_free(names, inode)
kmem_cache_destroy(names)
kmem_cache_destroy(inodes)
