/** What the colour of a frame says, in every view of the memory map. */
import { shallowRef } from 'vue'
import type { ColourBy } from './colour-by.ts'

const by = shallowRef<ColourBy>('owner')

export function useMapColour() {
  return { by }
}
