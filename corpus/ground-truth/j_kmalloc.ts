// Case j_kmalloc: size, distance, order and number of the objects of each kmalloc cache. Measured as the files of
// /sys/kernel/slab; here as what a driver can see: ksize, the distance of neighbours, the order of the slab's page.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
import { compound_order, GFP_KERNEL, kfree, kmalloc, ksize, page_size, virt_to_head_page } from 'linux'
import { say } from './measure.ts'

for (const name of ['8', '16', '32', '64', '96', '128', '192', '256', '512', '1k', '2k', '4k', '8k']) {
  const size = name.endsWith('k') ? parseInt(name) * 1024 : Number(name)
  const objects = Array.from({ length: 4 }, () => kmalloc(size, GFP_KERNEL)!)
  const gaps = objects.slice(1).map((p, i) => Number(p.addr - objects[i]!.addr)).filter((gap) => gap > 0)
  const stride = Math.min(...gaps)
  const head = virt_to_head_page(objects[0]!)
  say(1, `kmalloc-${name}.object_size`, ksize(objects[0]!))
  say(1, `kmalloc-${name}.slab_size`, stride)
  say(1, `kmalloc-${name}.order`, compound_order(head))
  say(1, `kmalloc-${name}.objs_per_slab`, Math.floor(page_size(head) / stride))
  objects.forEach(kfree)
}
