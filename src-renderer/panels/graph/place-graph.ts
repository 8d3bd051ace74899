/** Where nodes and edges of the ownership graph lie, by dagre: holders left or, in a narrow panel, above. */
import { Graph, layout } from '@dagrejs/dagre'
import type { GraphEdge, GraphNode, OwnershipGraph } from './build-graph.ts'

export interface PlacedNode extends GraphNode {
  /** Upper left corner, in pixels. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface PlacedEdge extends GraphEdge {
  readonly points: readonly { readonly x: number; readonly y: number }[]
  /** Middle of the label. */
  readonly x: number
  readonly y: number
}

export interface PlacedGraph {
  readonly nodes: readonly PlacedNode[]
  readonly edges: readonly PlacedEdge[]
  readonly width: number
  readonly height: number
}

const HEIGHT = 40
const MARGIN = 12
const LETTER = 7

export const nodeWidth = (node: GraphNode): number =>
  Math.max(88, Math.min(230, Math.max(node.title.length, node.detail.length) * LETTER + 24))

/** Left to right if that fits `room` pixels, else downwards. */
export function placeGraph(graph: OwnershipGraph, room: number): PlacedGraph {
  const wide = placeIn(graph, 'LR')
  return wide.width <= room || room === 0 ? wide : placeIn(graph, 'TB')
}

function placeIn(graph: OwnershipGraph, rankdir: 'LR' | 'TB'): PlacedGraph {
  const plan = new Graph({ multigraph: true })
  plan.setGraph({
    rankdir,
    nodesep: 14,
    ranksep: rankdir === 'LR' ? 40 : 24,
    edgesep: 10,
    marginx: MARGIN,
    marginy: MARGIN,
  })
  for (const node of graph.nodes) plan.setNode(node.id, { width: nodeWidth(node), height: HEIGHT })
  graph.edges.forEach((edge, at) => {
    const size = { width: edge.label.length * 6.2 + 10, height: 16, labelpos: 'c' as const }
    plan.setEdge(edge.from, edge.to, size, String(at))
  })
  layout(plan)
  const nodes = graph.nodes.map((node) => {
    const { x = 0, y = 0, width = 0, height = 0 } = plan.node(node.id) as Partial<PlacedNode>
    return { ...node, x: x - width / 2, y: y - height / 2, width, height }
  })
  const edges = graph.edges.map((edge, at) => {
    const { points = [], x = 0, y = 0 } = plan.edge(edge.from, edge.to, String(at)) as Partial<PlacedEdge>
    return { ...edge, points, x, y }
  })
  const right = Math.max(0, ...nodes.map((node) => node.x + node.width))
  const bottom = Math.max(0, ...nodes.map((node) => node.y + node.height))
  return { nodes, edges, width: right + MARGIN, height: bottom + MARGIN }
}
