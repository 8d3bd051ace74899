/**
 * The ownership graph of one piece of memory: who holds it, by which right, and what it lies in. Made from the
 * inspector's answer alone. Simplified: one step away from the selection; more than `MOST` holders are not drawn.
 */
import type { Inspection, RightRow } from '../../../src-core/protocol/messages.ts'
import { formatPfn } from '../../canvas/number-format.ts'

/** Nodes of one sort that are drawn. */
export const MOST = 12

export type NodeKind = 'memory' | 'frame' | 'holder' | 'pointer' | 'object'

export interface GraphNode {
  readonly id: string
  readonly kind: NodeKind
  readonly title: string
  readonly detail: string
  /** What a click selects: an allocation, a frame, or nothing (-1 and 0). */
  readonly allocation: number
  readonly pfn: number
  /** Step that a click goes to; 0 = none. */
  readonly step: number
}

export interface GraphEdge {
  readonly from: string
  readonly to: string
  /** Kind of the right; `pointer` and `lies in` are none. */
  readonly label: string
  readonly right: boolean
  /** A right over bytes of memory that went back. */
  readonly broken: boolean
  readonly step: number
}

export interface OwnershipGraph {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
  /** Holders, pointers and objects that were left out. */
  readonly hidden: number
}

/** `inspection` of the selection at the playhead. */
export function buildGraph(inspection: Inspection): OwnershipGraph {
  const nodes = new Map<string, GraphNode>()
  const edges: GraphEdge[] = []
  let hidden = 0
  const add = (node: GraphNode): void => {
    if (!nodes.has(node.id)) nodes.set(node.id, node)
  }
  const isMemory = !inspection.title.startsWith('frame ')
  const centre = 'selection'
  add({
    id: centre,
    kind: isMemory ? 'memory' : 'frame',
    title: inspection.title,
    detail: inspection.state,
    allocation: inspection.allocation,
    pfn: inspection.pfn,
    step: 0,
  })
  if (isMemory && inspection.pfn >= 0) {
    const frame = 'frame'
    const title = `frame ${formatPfn(inspection.pfn)}`
    add({ id: frame, kind: 'frame', title, detail: '', allocation: 0, pfn: inspection.pfn, step: 0 })
    edges.push({ from: centre, to: frame, label: 'lies in', right: false, broken: false, step: 0 })
  }
  const freed = inspection.state === 'freed'
  const merged = new Map<string, RightRow[]>()
  for (const row of inspection.rights) {
    const key = `${row.holder}/${row.kind}/${row.on}`
    merged.set(key, [...(merged.get(key) ?? []), row])
  }
  for (const rows of [...merged.values()].slice(0, MOST)) {
    const row = rows[0]!
    const id = `holder ${row.holder}`
    add({ id, kind: 'holder', title: row.holder, detail: '', allocation: 0, pfn: -1, step: row.step })
    const name = row.kind.replaceAll('-', ' ')
    edges.push({
      from: id,
      to: isMemory && row.on === 'page' && nodes.has('frame') ? 'frame' : centre,
      label: rows.length > 1 ? `${name} ×${rows.length}` : name,
      right: true,
      broken: freed && row.on === 'bytes',
      step: row.step,
    })
  }
  hidden += Math.max(0, merged.size - MOST)
  inspection.pointers.slice(0, MOST).forEach((row, at) => {
    const id = `pointer ${at}`
    const name = /^([\w$.]+) = /.exec(row.text)?.[1] ?? row.kind
    const detail = row.line > 0 ? `line ${row.line}` : ''
    add({ id, kind: 'pointer', title: name, detail, allocation: 0, pfn: -1, step: row.step })
    edges.push({ from: id, to: centre, label: 'pointer', right: false, broken: freed, step: row.step })
  })
  hidden += Math.max(0, inspection.pointers.length - MOST)
  if (isMemory) return { nodes: [...nodes.values()], edges, hidden }
  const objects = inspection.objects.filter((each) => each.allocation > 0)
  for (const { allocation, label, bytes } of objects.slice(0, MOST)) {
    const id = `object ${allocation}`
    add({ id, kind: 'object', title: label, detail: `${bytes} bytes`, allocation, pfn: -1, step: 0 })
    edges.push({ from: id, to: centre, label: 'lies in', right: false, broken: false, step: 0 })
  }
  return { nodes: [...nodes.values()], edges, hidden: hidden + Math.max(0, objects.length - MOST) }
}
