/**
 * Rules over addresses that name no memory: NULL, wild pointers, and pages computed from the wrong kind of address
 * (KERNEL_FACTS D16, D17, D18; SURFACE §8).
 */
import { hasKasan } from '../../trace/abi.ts'
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Family, Flag, Op, OP_FAMILY, OP_NAMES } from '../../trace/ops.ts'
import type { Finding, FindingLine } from '../finding.ts'
import { kasan, nullPointer, pageFault } from '../kernel-lines.ts'
import { IS_VIRT_TO, IS_VMALLOC_TO } from '../op-classes.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'

/** What DEBUG_VIRTUAL says of an address that is not in the linear map (__phys_addr(), __virt_to_phys()). */
const NOT_LINEAR = {
  x86_64: 'kernel BUG at arch/x86/mm/physaddr.c:23!',
  'i386-highmem': 'kernel BUG at arch/x86/mm/physaddr.c:77!',
  'arm64-16k': 'virt_to_phys used for non-linear address: …',
} as const

/** What failed calls and wild results leave to remember, by the variable they were stored in. */
export class Failures {
  /** Variable → the row that returned NULL into it. */
  private readonly failed = new Map<string, { readonly step: number; readonly site: number; readonly op: number }>()
  /** The newest call that returned NULL, with its task. */
  private newest: { readonly step: number; readonly site: number; readonly op: number; readonly task: number } | null =
    null
  /** The mistake that made the newest wild page. */
  wild: Finding | null = null

  note(scene: Scene, row: Row): void {
    const name = scene.names.assigned(row.site)
    const { step, site, op, task } = row
    this.newest = { step, site, op, task }
    if (name !== '') this.failed.set(name, { step, site, op })
  }

  /** The page_address() that gave a NULL to an expression without a name, or to a parameter of another function. */
  unnamed(scene: Scene, row: Row, name: string) {
    const { newest } = this
    if (newest === null || newest.task !== row.task || !isPageAddress(newest.op)) return null
    return name === '' || !scene.names.sameFunction(newest.site, row.site) ? newest : null
  }
  of(name: string): { readonly step: number; readonly site: number; readonly op: number } | null {
    return this.failed.get(name) ?? null
  }
}

function isPageAddress(op: number): boolean {
  return op === Op.page_address || op === Op.page_to_virt
}

const failuresOf = new WeakMap<object, Failures>()
export function failures(scene: Scene): Failures {
  let known = failuresOf.get(scene.desk)
  if (known === undefined) failuresOf.set(scene.desk, (known = new Failures()))
  return known
}

export function nullDereference(scene: Scene, row: Row): Finding {
  const { names, desk } = scene
  const operand = names.operand(row.site)
  const name = operand === 'null' ? '' : operand
  const known = failures(scene)
  const origin = (name === '' ? null : known.of(name)) ?? known.unnamed(scene, row, name)
  const highmem = origin !== null && isPageAddress(origin.op)
  const story: FindingLine[] = []
  if (origin !== null) {
    const text = names.call(origin.site, origin.op)
    story.push({
      role: 'used',
      step: origin.step,
      text: `${text} returned NULL${highmem ? ': a HIGHMEM page has no address' : ''}`,
    })
  }
  story.push(usedLine(scene, row))
  const what = name === '' ? 'a NULL pointer' : `\`${name}\``
  const result = origin === null ? '' : ` — the result of \`${names.call(origin.site, origin.op)}\` was not checked`
  return desk.raise({
    code: highmem ? 'page-address-null-highmem' : 'null-dereference',
    step: row.step,
    allocation: 0,
    key: `null ${row.site}`,
    message: name === '' ? `${what} is used${result}` : `${what} is NULL when it is used${result}`,
    story,
    fix: highmem
      ? 'map the page (kmap_local_page) instead of asking for its address'
      : `check ${name === '' ? 'the result' : what} for NULL before it is used`,
    kernel: kernelOfNull(scene, row, highmem),
  })
}

/** What the kernel says depends on how far from NULL the access is: beyond the first page it is one to user memory. */
function kernelOfNull(scene: Scene, row: Row, highmem: boolean): string {
  if (IS_VIRT_TO[row.op] === 1) return scene.machine.debug ? NOT_LINEAR[scene.machine.arch] : ''
  const family = OP_FAMILY[row.op]
  const isFar = (family === Family.READ || family === Family.WRITE) && row.b >= 2 ** scene.machine.pageShift
  if (hasKasan(scene.machine) && !highmem) return kasan(scene, row, isFar ? 'user-memory-access' : 'null-ptr-deref')
  return isFar ? pageFault(scene, BigInt(row.b)) : nullPointer(scene)
}

export function wildAccess(scene: Scene, row: Row): void {
  const because = failures(scene).wild
  const word = scene.names.operandWord(row.site, 'an address')
  const isLink = /^list_(add|del|move|replace|splice|for_each)/.test(scene.names.callee(row.site) ?? '')
  scene.desk.raise({
    code: 'wild-access',
    step: row.step,
    allocation: 0,
    key: `wild ${row.site}`,
    because,
    message: isLink
      ? `${scene.names.call(row.site, row.op)} follows a link to LIST_POISON: the entry was taken off its list before`
      : `${word} names no memory`,
    story: [usedLine(scene, row)],
    fix: isLink
      ? 'take an entry off its list once, or with list_del_init(), which leaves it an empty list'
      : 'use only addresses that an allocator or a mapping returned',
    kernel: kasan(scene, row, 'wild-memory-access') || pageFault(scene, null),
  })
}

/** Conversions between addresses and pages, and calls on NULL or wild handles. */
export function addressRule(scene: Scene, row: Row): void {
  if (IS_VIRT_TO[row.op] === 1) {
    if (row.has(Flag.NULL)) failures(scene).wild = nullDereference(scene, row)
    else if (row.has(Flag.VMALLOC)) virtToPageOnVmalloc(scene, row)
    return
  }
  if (row.has(Flag.NULL) && row.has(Flag.FAULT)) {
    nullDereference(scene, row)
    return
  }
  if (IS_VMALLOC_TO[row.op] === 1) {
    if (!row.has(Flag.VMALLOC) && !row.has(Flag.NULL)) vmallocToPageOnLinear(scene, row)
    else if (row.has(Flag.FAILED)) failures(scene).note(scene, row)
    return
  }
  if (row.has(Flag.FAILED) || row.has(Flag.NULL)) failures(scene).note(scene, row)
  if (row.has(Flag.WILD) && row.has(Flag.FAULT)) wildAccess(scene, row)
}

function virtToPageOnVmalloc(scene: Scene, row: Row): void {
  const { names, story, desk, machine } = scene
  const call = OP_NAMES[row.op] ?? 'virt_to_page'
  const known = row.allocation !== 0
  const target = known ? names.described(row.allocation) : names.operandWord(row.site, 'the address')
  const finding = desk.raise({
    code: 'virt-to-page-on-vmalloc',
    step: row.step,
    allocation: row.allocation,
    message: `${call}() is given ${target}, a vmalloc address: the result is no page of it`,
    story: [...(known ? [story.allocated(row.allocation)] : []), usedLine(scene, row)],
    fix: 'use vmalloc_to_page() for vmalloc memory; is_vmalloc_addr() tells which it is',
    kernel: machine.debug ? NOT_LINEAR[machine.arch] : '',
  })
  failures(scene).wild = finding
}

function vmallocToPageOnLinear(scene: Scene, row: Row): void {
  const { names, story, desk, machine } = scene
  const known = row.allocation !== 0 && scene.ledger.allocations.kind(row.allocation) !== AllocationKind.SLAB
  const target = known ? names.described(row.allocation) : names.operandWord(row.site, 'the address')
  desk.raise({
    code: 'vmalloc-to-page-on-linear',
    step: row.step,
    allocation: row.allocation,
    message: `${OP_NAMES[row.op] ?? 'vmalloc_to_page'}() is given ${target}, which is no vmalloc address`,
    story: [...(known ? [story.allocated(row.allocation)] : []), usedLine(scene, row)],
    fix: 'use virt_to_page() for linear addresses; is_vmalloc_addr() tells which it is',
    kernel: machine.debug ? 'kernel BUG at mm/vmalloc.c' : '',
  })
}
