/** The rule over split_page(): it takes the head of a block that is neither compound nor free (KERNEL_FACTS §1.2). */
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Flag } from '../../trace/ops.ts'
import { Mark } from '../allocation-table.ts'
import { vmBug } from '../kernel-lines.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'

/** split_page() of free memory, of a compound block, or from the middle of a block. */
export function splitRule(scene: Scene, row: Row): void {
  if (row.has(Flag.NULL) || row.has(Flag.WILD)) return
  const { ledger, names, desk, story } = scene
  const { allocations: table } = ledger
  const id = row.allocation || ledger.lastOccupant(row.subject)
  const isFree = row.allocation === 0 || (table.mark(id) & Mark.FREED) !== 0
  if (!isFree && !row.has(Flag.FAULT)) return
  const isCompound = !isFree && table.kind(id) !== AllocationKind.PAGES
  const given = names.operandWord(row.site, 'the page')
  const what = isFree
    ? `${given}, which is free`
    : isCompound
      ? `${given}, whose block is compound: it is freed as a whole`
      : `a page inside ${names.described(id)}: its count is 0, for only the first page of a block has one`
  const finding = desk.raise({
    code: isFree ? 'page-use-after-free' : 'bug-on',
    step: row.step,
    allocation: id,
    because: desk.blameFor(id),
    message: `split_page() is given ${what}`,
    story: [...(id === 0 ? [] : story.of(id)), usedLine(scene, row)],
    fix: isFree
      ? 'split the block before it is freed'
      : isCompound
        ? 'allocate the block without __GFP_COMP'
        : 'split the block from its first page, with the order it was allocated with',
    kernel: row.has(Flag.FAULT)
      ? vmBug(scene, isCompound ? 'VM_BUG_ON_PAGE(PageCompound(page))' : 'VM_BUG_ON_PAGE(!page_count(page))')
      : '',
  })
  if (id !== 0) desk.blame(id, finding)
}
