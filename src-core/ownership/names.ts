/** Names for memory and places, from the program's sites: the words a diagnosis is written with. */
import { AllocationKind } from '../trace/allocation-kind.ts'
import { OP_NAMES } from '../trace/ops.ts'
import type { Site } from '../compiler/contract.ts'
import { IS_TABLE_ALLOC } from './op-classes.ts'
import type { AllocationTable } from './allocation-table.ts'

const KIND_WORDS: Readonly<Record<number, string>> = {
  [AllocationKind.PAGES]: 'page block',
  [AllocationKind.COMPOUND]: 'compound page',
  [AllocationKind.KMALLOC]: 'object',
  [AllocationKind.CACHE_OBJECT]: 'object',
  [AllocationKind.LARGE_KMALLOC]: 'large kmalloc memory',
  [AllocationKind.VMALLOC]: 'vmalloc area',
  [AllocationKind.VMAP]: 'vmap area',
  [AllocationKind.SLAB]: 'slab page',
  [AllocationKind.CACHE]: 'cache',
  [AllocationKind.OWNED]: 'owner',
  [AllocationKind.FOREIGN]: 'memory',
  [AllocationKind.COHERENT]: 'coherent memory',
  [AllocationKind.ANONYMOUS]: 'anonymous memory',
}

/** Calls that name the memory they work on by another argument than the first. */
const MEMORY_ARGUMENT: Readonly<Record<string, number>> = {
  kmem_cache_free: 1,
  dma_map_single: 1,
  dma_map_page: 1,
  dma_map_sg: 1,
  dma_map_sgtable: 1,
  dma_unmap_sg: 1,
  dma_unmap_sgtable: 1,
  dma_free_coherent: 2,
  sg_set_page: 1,
  sg_init_one: 1,
  vm_insert_page: 2,
  list_lru_add: 1,
  list_lru_add_obj: 1,
  list_lru_del: 1,
  list_lru_del_obj: 1,
}
const PLAIN_NAME = /^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/

export class Names {
  /** Operands of sites that were asked for. */
  private readonly operands: (string | undefined)[] = []

  constructor(
    private readonly sites: readonly Site[],
    private readonly allocations: AllocationTable,
  ) {}

  site(index: number): Site | undefined {
    return index === 0 ? undefined : this.sites[index]
  }

  /** Variable the memory was first stored in; empty if it never was. */
  memory(allocation: number): string {
    const made = this.allocations.madeBy(allocation)
    const place = this.site(this.allocations.site(allocation))
    // The table that SGTable.new() makes is the owner itself.
    if (IS_TABLE_ALLOC[made] === 1 && place?.text.startsWith('SGTable.new(') !== true)
      return this.argument(this.allocations.site(allocation), 0)
    return place?.assigned ?? ''
  }

  /** "`a`", or what kind of thing it is: "the object from `kmalloc(64, GFP_KERNEL)`". */
  described(allocation: number): string {
    const name = this.memory(allocation)
    if (name !== '') return `\`${name}\``
    const word = this.kind(allocation)
    const site = this.site(this.allocations.site(allocation))
    return site === undefined ? `the ${word}` : `the ${word} from \`${call(site)}\``
  }

  kind(allocation: number): string {
    if (allocation === 0) return 'memory'
    if (this.allocations.kind(allocation) === AllocationKind.PAGES && this.allocations.order(allocation) === 0)
      return 'page'
    return KIND_WORDS[this.allocations.kind(allocation)] ?? 'memory'
  }

  /**
   * The pointer or handle that a call works on, as written: its receiver, else its first argument. Empty if neither
   * is a name.
   */
  operand(site: number): string {
    return (this.operands[site] ??= this.readOperand(site))
  }

  private readOperand(site: number): string {
    const place = this.site(site)
    if (place === undefined) return ''
    const text = place.receiver ?? place.args[MEMORY_ARGUMENT[place.callee] ?? 0] ?? ''
    const bare = text.replace(/!+$/, '')
    return PLAIN_NAME.test(bare) ? bare : ''
  }

  /** The text of an argument, if it is a plain name; else empty. */
  argument(site: number, index: number): string {
    const bare = (this.site(site)?.args[index] ?? '').replace(/!+$/, '')
    return PLAIN_NAME.test(bare) ? bare : ''
  }

  /** The function that a site calls, as written. */
  callee(site: number): string | undefined {
    return this.site(site)?.callee
  }

  /** All arguments of a call that are plain names. */
  plainArguments(site: number): string[] {
    const count = this.site(site)?.args.length ?? 0
    return Array.from({ length: count }, (_, i) => this.argument(site, i)).filter((name) => name !== '')
  }

  /** "`b`", or a word for what a call works on. */
  operandWord(site: number, fallback: string): string {
    const name = this.operand(site)
    return name === '' ? fallback : `\`${name}\``
  }

  /** The call as written, without flags that say nothing here. */
  call(site: number, op: number): string {
    const place = this.site(site)
    return place === undefined ? `${OP_NAMES[op] ?? 'operation'}()` : call(place)
  }

  /** Function that a site lies in, else the task's own name: where a kernel message says "in". */
  within(site: number, task: string): string {
    return this.site(site)?.within ?? task
  }

  /** Variable that the value of a site is stored in; empty if none. */
  assigned(site: number): string {
    return this.site(site)?.assigned ?? ''
  }

  /** How well a get at one site fits a put at another: both name the same variable, lie in the same function. */
  affinity(get: number, put: number): number {
    const name = this.operand(put)
    // A counted reference of the Rust surface is in the variable that the clone was stored in.
    if (this.callee(get) === 'clone') return name !== '' && this.assigned(get) === name ? 2 : -1
    return (name !== '' && this.operand(get) === name ? 2 : 0) + (this.sameFunction(get, put) ? 1 : 0)
  }

  /** True if both sites lie in the same function. */
  sameFunction(x: number, y: number): boolean {
    const a = this.site(x)
    const b = this.site(y)
    return a !== undefined && b !== undefined && a.file === b.file && a.within === b.within
  }
}

function call(site: Site): string {
  // The drop at the end of a block stands at its closing brace.
  if (site.callee === 'drop' && site.receiver !== null && site.args.length === 0) return `drop(${site.receiver})`
  return site.text.replace(/,\s*GFP_\w+(\s*\|\s*\w+)*\s*\)/, ')').replaceAll(/\s+/g, ' ')
}
