/**
 * Rules over scatterlists: which side of an entry is read in which walk, and what entries name
 * (KERNEL_FACTS D16, D36, D43; SURFACE §9 "Verdicts").
 */
import { Flag, Op, OP_NAMES, SgField } from '../../trace/ops.ts'
import { Mark } from '../allocation-table.ts'
import type { DmaMapping } from '../dma-table.ts'
import type { Row } from '../row.ts'
import { usedLine, type Scene } from '../scene.ts'
import { useAfterFree } from './access.ts'
import { sgOutlivesPages } from './dma-maps.ts'
import { mapLine } from './dma-words.ts'

/** A field of an entry is read, or a function that reads one is called. */
export function entryRule(scene: Scene, row: Row): void {
  const derive = row.op === Op.sg_page || row.op === Op.sg_virt
  const entry = derive ? row.a : row.subject
  if (!derive && goneEntry(scene, row)) return
  if (derive && sgOutlivesPages(scene, row, entry)) return
  const list = scene.ledger.dma.listOf(entry)
  if (list === null) return
  const { mapping, at } = list
  if (isDmaSide(row)) {
    if (at >= mapping.made) wrongSide(scene, row, mapping, at)
  } else if (isCpuSide(row)) cpuSide(scene, row, mapping, at)
}

function isDmaSide(row: Row): boolean {
  if (row.op === Op.sg_field) return row.a === SgField.DMA_ADDRESS || row.a === SgField.DMA_LENGTH
  return row.op === Op.sg_dma_address || row.op === Op.sg_dma_len
}
function isCpuSide(row: Row): boolean {
  if (row.op === Op.sg_field) return row.a <= SgField.LENGTH
  return row.op === Op.sg_page || row.op === Op.sg_virt
}

/** The entry itself lay in memory that sg_free_table() gave back. */
export function goneEntry(scene: Scene, row: Row): boolean {
  const id = row.allocation
  if (id === 0 || (scene.ledger.allocations.mark(id) & Mark.FREED) === 0) return false
  useAfterFree(scene, row, id)
  return true
}

/** A CPU-side read in a walk of the DMA side, or in a loop bounded by `nents`: it misses entries that were merged. */
function cpuSide(scene: Scene, row: Row, mapping: DmaMapping, at: number): void {
  if (mapping.made >= mapping.size) return
  if (row.b !== 0) {
    if (row.b === mapping.made) missesEntries(scene, row.step, row.site, row.op, mapping)
    return
  }
  if (at >= mapping.made) mapping.lastCount = 0
  else if (mapping.lastCount === SgField.NENTS) {
    mapping.walk ??= { step: row.step, site: row.site, seen: new Set() }
    mapping.walk.seen.add(at)
    return
  }
  mapping.walk = null
}

/** Judges the loops over a mapping that ends: a loop that stopped where `nents` said it should was one too short. */
export function mixupOf(scene: Scene, mapping: DmaMapping): void {
  const { walk } = mapping
  if (walk === null || walk.seen.size !== mapping.made) return
  missesEntries(scene, walk.step, walk.site, Op.sg_field, mapping)
}

function missesEntries(scene: Scene, step: number, site: number, op: number, mapping: DmaMapping): void {
  const { names, desk, story } = scene
  desk.raise({
    code: 'sg-iteration-mixup',
    step,
    allocation: mapping.allocation,
    key: `mixup ${mapping.right}`,
    because: desk.blameFor(mapping.allocation),
    message:
      `${names.call(site, op)} reads the CPU side in a walk of ${mapping.made} (nents), but the list has ` +
      `${mapping.size} entries (orig_nents): the IOMMU merged them, and the walk misses ${mapping.size - mapping.made}`,
    story: [...(mapping.allocation === 0 ? [] : [story.allocated(mapping.allocation)]), mapLine(scene, mapping)],
    fix:
      'walk pages and lengths with for_each_sgtable_sg() (orig_nents), DMA addresses with ' +
      'for_each_sgtable_dma_sg() (nents)',
  })
}

function wrongSide(scene: Scene, row: Row, mapping: DmaMapping, at: number): void {
  const { names, desk, story } = scene
  desk.raise({
    code: 'sg-iteration-mixup',
    step: row.step,
    allocation: mapping.allocation,
    key: `mixup ${mapping.right}`,
    because: desk.blameFor(mapping.allocation),
    message:
      `${names.call(row.site, row.op)} reads the DMA side of entry ${at}, but there are only ${mapping.made} DMA ` +
      `entries (nents): the IOMMU merged the ${mapping.size} entries of the list`,
    story: [
      ...(mapping.allocation === 0 ? [] : [story.allocated(mapping.allocation)]),
      mapLine(scene, mapping),
      usedLine(scene, row),
    ],
    fix: 'walk DMA addresses with for_each_sgtable_dma_sg() (nents), pages with for_each_sgtable_sg() (orig_nents)',
  })
}

/** sg_set_buf() and sg_init_one() of an address outside the linear map. */
export function bufferRule(scene: Scene, row: Row): void {
  const { names, desk, story } = scene
  if (!row.has(Flag.VMALLOC | Flag.WILD)) return
  const name = names.argument(row.site, 1)
  const what = name === '' ? names.described(row.allocation) : `\`${name}\``
  const vmalloc = row.has(Flag.VMALLOC)
  desk.raise({
    code: vmalloc ? 'virt-to-page-on-vmalloc' : 'wild-access',
    step: row.step,
    allocation: row.allocation,
    message: vmalloc
      ? `${what} is a vmalloc address: ${OP_NAMES[row.op]}() computes its page as if it were linear`
      : `${what} is no address of the linear map`,
    story: [...story.of(row.allocation), usedLine(scene, row)],
    fix: 'sg_set_page() with vmalloc_to_page(), page by page',
  })
}

/** sg_free_table() while the list is still mapped: the unmap would walk freed entries (KERNEL_FACTS 9.3). */
export function freeTableRule(scene: Scene, row: Row): void {
  const { ledger, names, desk, story } = scene
  if (row.allocation === 0) return
  const list = ledger.dma.listOf(row.subject)
  if (list === null) return
  const { mapping } = list
  const finding = desk.raise({
    code: 'freed-while-reachable',
    step: row.step,
    allocation: row.allocation,
    because: desk.blameFor(mapping.allocation),
    message:
      `${names.call(row.site, row.op)} frees the entries of a list that is still mapped: nothing can unmap ` +
      `it any more`,
    story: [story.allocated(row.allocation), mapLine(scene, mapping), usedLine(scene, row)],
    rightsLeft: [{ kind: 'dma-mapping', on: 'bytes', step: mapping.step }],
    fix: 'dma_unmap_sgtable() first, then sg_free_table()',
  })
  for (const { memory } of mapping.segments) desk.blame(memory, finding)
}
