/** Rules over vmap areas whose pages were handed over, or were not (KERNEL_FACTS D35; SURFACE §9 "Verdicts"). */
import { Op } from '../../trace/ops.ts'
import type { Finding } from '../finding.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'

/** vfree() of a plain vmap area, kept until the end of the run shows whether its pages leak. */
interface PlainVfree {
  readonly step: number
  readonly site: number
  readonly op: number
  readonly area: number
  readonly pages: readonly number[]
}

const plainVfrees = new WeakMap<object, PlainVfree[]>()
function listOf(scene: Scene): PlainVfree[] {
  let known = plainVfrees.get(scene.desk)
  if (known === undefined) plainVfrees.set(scene.desk, (known = []))
  return known
}

/** vunmap() of an area that owns its pages (VM_MAP_PUT_PAGES) leaks them. */
export function unmapsMovedPages(scene: Scene, row: Row, area: number): void {
  const { ledger, names, story, desk } = scene
  const pages = ledger.pagesOfArea(area)
  const moved = pages.filter(
    (id) => ledger.allocations.ownerEndOp(id) === Op.vmap && ledger.allocations.freedAt(id) === 0,
  )
  if (moved.length === 0) return
  const finding = desk.raise({
    code: 'map-put-pages-confusion',
    step: row.step,
    allocation: area,
    message:
      `vunmap() of ${names.described(area)} leaks its pages: the area owns them (VM_MAP_PUT_PAGES) and ` +
      `only vfree() frees them`,
    story: [story.allocated(area), usedLine(scene, row)],
    fix: `call vfree(${names.operand(row.site) || 'area'}) instead of vunmap()`,
  })
  for (const id of moved) desk.blame(id, finding)
}

/** vfree() of an area that does not own its pages frees no page: a mistake if somebody relied on it. */
export function vfreeOfVmap(scene: Scene, row: Row, area: number): void {
  const { ledger } = scene
  const pages = ledger.pagesOfArea(area).filter((id) => ledger.allocations.ownerEnd(id) === 0)
  if (pages.length > 0) listOf(scene).push({ step: row.step, site: row.site, op: row.op, area, pages })
}

/** At the end of a run: plain vfrees whose pages leaked. The leaks are their consequences. */
export function vfreesThatLeaked(scene: Scene): Finding[] {
  const { ledger, names, story, desk } = scene
  return listOf(scene)
    .filter(({ pages }) => pages.some((id) => ledger.allocations.freedAt(id) === 0))
    .map((vfree) => {
      const finding = desk.raise({
        code: 'map-put-pages-confusion',
        step: vfree.step,
        allocation: vfree.area,
        message:
          `${names.call(vfree.site, vfree.op)} frees no page of ${names.described(vfree.area)}: a plain ` +
          `vmap() area does not own its pages`,
        story: [
          story.allocated(vfree.area),
          { role: 'freed', step: vfree.step, text: names.call(vfree.site, vfree.op) },
        ],
        fix: 'vunmap() the area and free the pages, or map them with VM_MAP_PUT_PAGES',
      })
      for (const id of vfree.pages) desk.blame(id, finding)
      return finding
    })
}
