// @expect none
// Constructor chains: from whatever a program holds to the constructor that makes functions from text.
import { alloc_page, __free_page, GFP_KERNEL, kfree, kmalloc, struct, u32 } from 'linux'
import { attempt, finish, loose, maker, prove } from './proof.ts'

const object = kmalloc(64, GFP_KERNEL)!
const page = alloc_page(GFP_KERNEL)!
const Pair = struct('pair', { first: u32, second: u32 })
attempt('pointer', () => prove(maker(object)))
attempt('page', () => prove(maker(page)))
attempt('view', () => prove(maker(object.as(Pair))))
attempt('struct type', () => prove(loose(Pair).constructor))
attempt('surface function', () => prove(loose(kmalloc).constructor))
attempt('arrow', () => prove(loose(() => 0).constructor))
attempt('method', () => prove(loose({ go() { return 0 } }.go).constructor))
attempt('class', () => prove(loose(class {}).constructor))
attempt('array', () => prove(maker([])))
attempt('number', () => prove(maker(1)))
attempt('regexp match', () => prove(maker(/x/.exec('x'))))
attempt('bound function', () => prove(loose((() => 0).bind(null)).constructor))
attempt('reflect construct', () => String(loose(Reflect.construct(loose(maker(page)) as never, ['return "made"']))()))
kfree(object)
__free_page(page)
finish()
