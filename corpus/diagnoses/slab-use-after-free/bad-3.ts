// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect slab-use-after-free 15
//
// The object is freed by whoever sees the error first; the caller reads it afterwards.
import { GFP_KERNEL, kfree, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free, pr_err } from 'linux'

const cache = kmem_cache_create('command', 64, 8, 0, null)!
const command = kmem_cache_alloc(cache, GFP_KERNEL)!

const submit = (done: (code: number) => void) => {
  kmem_cache_free(cache, command)
  done(-5)
}
submit((code) => {
  pr_err(`command ${command.read_u32(0)} failed: ${code}`)
})
kmem_cache_destroy(cache)
