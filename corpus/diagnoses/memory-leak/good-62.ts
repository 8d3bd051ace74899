// @era all
// @expect none
//
// A list whose nodes and buffers are reached through memory alone is taken down from its head.
import { GFP_KERNEL, kfree, kmalloc, kzalloc, ptr, sizeof, struct } from 'linux'
const Ring = struct('ring', { buf: ptr, next: ptr })
let head: any = null
const add = () => { const r = kzalloc(sizeof(Ring), GFP_KERNEL)!.as(Ring); r.buf = kmalloc(64, GFP_KERNEL)!; r.next = head; head = r.ptr }
for (let i = 0; i < 3; i++) add()
while (head !== null) { const r = head.as(Ring); const n = r.next; kfree(r.buf); kfree(head); head = n }
