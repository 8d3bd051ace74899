/**
 * Rules over references that come from user address spaces: get_user_pages, pins, pipes (KERNEL_FACTS D48 to D51).
 */
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Field } from '../../trace/fields.ts'
import { NO_SUBJECT, Op } from '../../trace/ops.ts'
import { IS_PIN, IS_UNPIN, IS_USER_GET, isPageKind } from '../op-classes.ts'
import { isReference, RightKind } from '../right-table.ts'
import type { Finding } from '../finding.ts'
import { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'

const VM_IO = 0x4000
const FOLL_LONGTERM = 0x100

/** Address space that a page was taken from, by the step that took it. */
const takenFrom = new WeakMap<object, Map<number, number>>()
function spaces(scene: Scene): Map<number, number> {
  let known = takenFrom.get(scene.desk)
  if (known === undefined) takenFrom.set(scene.desk, (known = new Map()))
  return known
}

/** A page was taken through a user address, by a driver or by vmsplice(). */
export function userGetRule(scene: Scene, row: Row): void {
  const { ledger, names, story, desk } = scene
  const { rights } = ledger
  const id = row.allocation
  const entry = ledger
    .held(id, (kind) => kind === RightKind.PTE)
    .filter((right) => rights.pfn(right) === row.subject)
    .at(-1)
  if (entry === undefined) return
  const info = ledger.entries.of(rights.name(entry))
  if (info === undefined) return
  spaces(scene).set(row.step, info.space)
  if ((info.flags & VM_IO) === 0 || rights.op(entry) === Op.page_fault) return
  const from = rights.from(entry)
  desk.raise({
    code: 'vm-io-not-enough',
    step: from,
    allocation: id,
    key: `vm-io ${ledger.steps.site(from)}`,
    message:
      `${names.call(rights.site(entry), rights.op(entry))} maps ${names.described(id)} into an area with VM_IO, but ` +
      `${names.call(row.site, row.op)} took a reference all the same: only special entries stop it`,
    story: [...story.of(id), usedLine(scene, row)],
    fix: 'map with remap_pfn_range() or vmf_insert_pfn() (VM_PFNMAP, special entries) if no reference may be taken',
  })
}

/** At the end of a system call: what was taken for its duration is still used by a device (D51). */
export function longtermRule(scene: Scene, row: Row): void {
  const { ledger } = scene
  if (!ledger.dma.isAnyInForce) return
  for (const mapping of ledger.dma.live()) {
    if (mapping.isCoherent) continue
    for (const [memory, pfn] of ledger.dma.memoriesOf(mapping, scene.machine.pageShift)) {
      const short = ledger
        .held(memory, (kind) => kind === RightKind.REFERENCE || kind === RightKind.PIN)
        .find((right) => isShortTerm(scene, right) && ledger.rights.pfn(right) === pfn)
      if (short !== undefined && ledger.rights.task(short) === row.task) longtermGet(scene, row, short, mapping.step)
    }
  }
}

/** True for a get_user_pages() reference, or a pin without FOLL_LONGTERM. */
function isShortTerm(scene: Scene, right: number): boolean {
  const op = scene.ledger.rights.op(right)
  if (IS_USER_GET[op] !== 1 || op === Op.vmsplice) return false
  return IS_PIN[op] !== 1 || (scene.ledger.steps.b(scene.ledger.rights.from(right)) & FOLL_LONGTERM) === 0
}

function longtermGet(scene: Scene, row: Row, right: number, mapped: number): void {
  const { ledger, names, story, desk } = scene
  const { rights, steps } = ledger
  const id = rights.allocation(right)
  const from = rights.from(right)
  const map = names.call(steps.site(mapped), steps.op(mapped))
  desk.raise({
    code: 'longterm-get',
    step: from,
    allocation: id,
    key: `longterm ${steps.site(from)}`,
    message:
      `${names.call(steps.site(from), steps.op(from))} takes pages for DMA that goes on after the system call: that ` +
      `needs pin_user_pages() with FOLL_LONGTERM`,
    story: [
      ...story.of(id).filter(({ step }) => step !== mapped),
      { role: 'mapped', step: mapped, text: `${map} gives it to a device` },
      { role: 'used', step: row.step, text: `${story.task(row.task)} is back in user space; the device still has it` },
    ],
    fix: 'pin_user_pages_fast(…, FOLL_WRITE | FOLL_LONGTERM, …), and unpin_user_pages() when the device is done',
  })
}

/** A pin given back with put_page(), or a reference given back with unpin_user_page() (D50). True if it was told. */
export function pinRule(scene: Scene, row: Row): boolean {
  const { ledger } = scene
  const id = row.allocation
  if (id === 0 || row.op === Op.pipe_release) return false
  if (IS_UNPIN[row.op] === 1) {
    const held = ledger.matchKind(id, row.task, RightKind.PIN)
    if (held !== 0) {
      stillMapped(scene, row, held)
      return false
    }
    const reference = ledger.matchReference(id, row.task, NO_SUBJECT)
    if (reference === 0 || IS_USER_GET[ledger.rights.op(reference)] !== 1) return false
    mismatch(scene, row, reference)
    return true
  }
  const pin = ledger.matchKind(id, row.task, RightKind.PIN)
  if (pin === 0 || ledger.rights.task(pin) !== row.task) return false
  const own = ledger.matchReference(id, row.task, NO_SUBJECT)
  if (own !== 0 && ledger.rights.task(own) === row.task) return false
  if (isPageKind(ledger.allocations.kind(id)) && ledger.allocations.ownerEnd(id) === 0) {
    // The count cannot tell the owner's reference from one of the pin's 1024: what becomes of the pin does.
    if (!isOwnersHandle(scene, row, id)) pinPuts(scene).push({ pin, row: copyOf(row) })
    return false
  }
  mismatch(scene, row, pin)
  return true
}

/** Puts by a task that held a pin, of pages that their owner held too. */
const putsUnderPins = new WeakMap<object, { readonly pin: number; readonly row: Row }[]>()
function pinPuts(scene: Scene): { readonly pin: number; readonly row: Row }[] {
  let known = putsUnderPins.get(scene.desk)
  if (known === undefined) putsUnderPins.set(scene.desk, (known = []))
  return known
}

function copyOf(row: Row): Row {
  return Object.assign(new Row(), row)
}

/** At the end of a run: a put while a pin was held, and the pin was never given back, was the pin's. */
export function pinsPutBack(scene: Scene): void {
  for (const { pin, row } of pinPuts(scene)) {
    if (scene.ledger.rights.to(pin) !== 0) continue
    // The owner still held its reference: what was said of its free was wrong.
    scene.desk.withdraw((other) => other.allocation === row.allocation && other.step >= row.step)
    mismatch(scene, row, pin, null)
  }
}

/** The last pin of a user's page goes while a device has it mapped: nothing keeps it any more. */
function stillMapped(scene: Scene, row: Row, pin: number): void {
  const { ledger, names, story, desk } = scene
  const id = row.allocation
  if (ledger.allocations.kind(id) !== AllocationKind.ANONYMOUS) return
  const rows = ledger.held(id, (kind) => kind === RightKind.DMA || isReference(kind))
  const mapping = rows.find((right) => ledger.rights.kind(right) === RightKind.DMA)
  if (mapping === undefined || rows.some((right) => right !== pin && isReference(ledger.rights.kind(right)))) return
  const finding = desk.raise({
    code: 'dma-free-while-mapped',
    step: row.step,
    allocation: id,
    message: `${names.call(row.site, row.op)} lets go of ${names.described(id)} while a device still has it mapped`,
    story: [...story.of(id), usedLine(scene, row)],
    rightsLeft: story.rightsLeft(id),
    fix: 'end the DMA mapping first, then unpin the pages',
  })
  desk.blame(id, finding)
}

/** True if the call names the page by the variable of its owner. */
function isOwnersHandle(scene: Scene, row: Row, id: number): boolean {
  if (scene.ledger.allocations.ownerEnd(id) !== 0) return false
  const name = scene.names.memory(id)
  return name !== '' && scene.names.operand(row.site) === name
}

function mismatch(scene: Scene, row: Row, right: number, because = scene.desk.blameFor(row.allocation)): Finding {
  const { ledger, names, story, desk } = scene
  const { rights } = ledger
  const unpins = IS_UNPIN[row.op] === 1
  const id = row.allocation
  const taken = names.call(rights.site(right), rights.op(right))
  const finding = desk.raise({
    code: 'pin-put-mismatch',
    step: row.step,
    allocation: id,
    key: `pin-put ${row.site}`,
    because,
    message: unpins
      ? `${names.call(row.site, row.op)} drops a pin, but ${taken} took a reference`
      : `${names.call(row.site, row.op)} drops one reference, but ${taken} took a pin, which counts 1024`,
    story: [...story.of(id), usedLine(scene, row)],
    rightsLeft: story.rightsLeft(id),
    fix: unpins ? 'give back with put_page() what get_user_pages() took' : 'give back pins with unpin_user_page()',
  })
  desk.blame(id, finding)
  return finding
}

/** A page is given to another address space, or written for somebody else, while a pipe or GUP still has it (D48). */
export function recycledRule(scene: Scene, row: Row, writes: boolean): void {
  const { ledger, names, story, desk } = scene
  const { rights } = ledger
  const id = row.allocation
  let space = 0
  row.deltas(Field.PTE_SPACE, (_right, _old, next) => (space = next))
  const mapped = ledger.held(id, (kind) => kind === RightKind.PTE || kind === RightKind.PTE_SPECIAL)
  if (writes && mapped.length > 0) return
  const left = ledger
    .held(
      id,
      (kind) => kind === RightKind.PIPE || (!writes && (kind === RightKind.PIN || kind === RightKind.REFERENCE)),
    )
    .find((right) => {
      const from = spaces(scene).get(rights.from(right))
      if (from === undefined) return false
      return writes || (from !== space && !mapped.some((at) => ledger.entries.of(rights.name(at))?.space === from))
    })
  if (left === undefined) return
  desk.raise({
    code: 'gup-ref-outlives-owner',
    step: row.step,
    allocation: id,
    because: desk.blameFor(id),
    message:
      `${names.call(row.site, row.op)} uses ${names.described(id)} again while ` +
      `${names.call(rights.site(left), rights.op(left))} of ${story.task(rights.task(left))} still holds it: what is ` +
      `written from now on can be read there`,
    story: [...story.of(id), usedLine(scene, row)],
    rightsLeft: story.rightsLeft(id),
    fix: 'use a page again only if page_ref_count() is 1, else free it and allocate another; or map special entries',
  })
}
