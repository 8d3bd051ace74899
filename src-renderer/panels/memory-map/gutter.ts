/** Width of the column of addresses left of the cells of the memory map, in CSS pixels. */
export const GUTTER = 60
