/** What a random program owns: so that what it does next is legal. */

/** A handle of a page, whatever it is made of. */
export type PageHandle = object
export interface Pointer {
  readonly addr: bigint
  add(n: number): Pointer
}

export interface Block {
  readonly page: PageHandle
  readonly order: number
  readonly compound: boolean
  /** It may lie in high memory. */
  readonly high: boolean
  /** References, mappings and DMA that the program knows of; it frees only what has none. */
  uses: number
}

export interface Area {
  readonly at: Pointer
  readonly pages: number
  readonly file: boolean
  readonly counted: boolean
  /** Blocks whose pages are mapped. */
  readonly blocks: readonly Block[]
}

export class Pools {
  readonly blocks: Block[] = []
  /** References to be put: one of `page` each. */
  readonly references: { page: PageHandle; block: Block }[] = []
  readonly objects: { p: Pointer; size: number }[] = []
  readonly kv: { p: Pointer; size: number }[] = []
  readonly vmallocs: { p: Pointer; size: number }[] = []
  readonly vmaps: { p: Pointer; blocks: Block[]; put: boolean }[] = []
  readonly caches: { cache: object; size: number; live: Pointer[]; rcu: boolean }[] = []
  readonly areas: Area[] = []
  /** What GUP took; the block of a pin that is not to be freed before it. */
  readonly pins: { page: PageHandle; pinned: boolean; block: Block | undefined }[] = []
  readonly pipes: { fds: number[]; bytes: number }[] = []
  readonly exact: { p: Pointer; size: number }[] = []
  device: object | null = null
  fd = -1

  /** Takes a random element out of a list. */
  take<T>(list: T[], n: number): T | undefined {
    if (list.length === 0) return undefined
    const at = n % list.length
    const last = list.pop()!
    if (at === list.length) return last
    const taken = list[at]!
    list[at] = last
    return taken
  }
}
