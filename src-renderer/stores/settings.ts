/** What a person set for the app as a whole. Kept in this browser or on this machine. */
import { defineStore } from 'pinia'
import { computed, shallowRef, watch, type ShallowRef } from 'vue'
import { readStored, writeStored } from '../core/storage.ts'

export type Theme = 'system' | 'light' | 'dark'
/** `system` follows what the system asks for. */
export type Contrast = 'system' | 'normal' | 'more'
export type Motion = 'system' | 'reduced'
const THEMES: readonly Theme[] = ['system', 'light', 'dark']
const CONTRASTS: readonly Contrast[] = ['system', 'normal', 'more']
const MOTIONS: readonly Motion[] = ['system', 'reduced']

/** Least and greatest size of the interface's text, percent. */
export const ZOOM = { least: 80, greatest: 200, step: 10 } as const
/** Least and greatest size of the editor's text, pixels. */
export const FONT = { least: 10, greatest: 28 } as const
/** While presenting: percent and pixels at least. */
const PRESENT = { zoom: 130, font: 20 }

export const useSettingsStore = defineStore('settings', () => {
  const stored = readStored('settings')
  const theme = shallowRef<Theme>(THEMES.find((each) => each === stored['theme']) ?? 'system')
  const contrast = shallowRef<Contrast>(CONTRASTS.find((each) => each === stored['contrast']) ?? 'system')
  const motion = shallowRef<Motion>(MOTIONS.find((each) => each === stored['motion']) ?? 'system')
  /** Size of the interface's text, percent. */
  const zoom = shallowRef(bounded(stored['zoom'], ZOOM.least, ZOOM.greatest, 100))
  /** Size of the editor's text at 100 %, pixels. */
  const font = shallowRef(bounded(stored['font'], FONT.least, FONT.greatest, 13))
  /** What each executed line did, behind the line. */
  const effects = shallowRef(stored['effects'] !== false)
  /** What each variable is at the playhead, behind the line that made it. */
  const badges = shallowRef(stored['badges'] !== false)
  /** Run by itself a moment after typing stops. */
  const live = shallowRef(stored['live'] !== false)
  /** True once the choice of a first start was made or dismissed. */
  const welcomed = shallowRef(stored['welcomed'] === true)
  /** Large type for a room; not kept. */
  const presenting = shallowRef(false)

  const systemDark = asked('(prefers-color-scheme: dark)')
  const systemContrast = asked('(prefers-contrast: more), (forced-colors: active)')
  const dark = computed(() => theme.value === 'dark' || (theme.value === 'system' && systemDark.value))
  const highContrast = computed(
    () => contrast.value === 'more' || (contrast.value === 'system' && systemContrast.value),
  )
  /** Percent that is shown. */
  const shownZoom = computed(() => (presenting.value ? Math.max(PRESENT.zoom, zoom.value) : zoom.value))
  /** Pixels of the editor's text that is shown. */
  const shownFont = computed(() => {
    const size = Math.round((font.value * zoom.value) / 100)
    return presenting.value ? Math.max(PRESENT.font, size) : size
  })

  function nextTheme(): void {
    theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'system'
  }

  function zoomBy(steps: number): void {
    zoom.value = bounded(zoom.value + steps * ZOOM.step, ZOOM.least, ZOOM.greatest, 100)
  }

  watch([theme, contrast, motion, zoom, font, effects, badges, live, welcomed], () =>
    writeStored('settings', {
      theme: theme.value,
      contrast: contrast.value,
      motion: motion.value,
      zoom: zoom.value,
      font: font.value,
      effects: effects.value,
      badges: badges.value,
      live: live.value,
      welcomed: welcomed.value,
    }),
  )
  return {
    theme,
    contrast,
    motion,
    zoom,
    font,
    effects,
    badges,
    live,
    welcomed,
    presenting,
    dark,
    highContrast,
    shownZoom,
    shownFont,
    nextTheme,
    zoomBy,
  }
})

/** What the system answers to a media query, now and later. */
function asked(query: string): ShallowRef<boolean> {
  const answer = shallowRef(false)
  if (typeof matchMedia !== 'function') return answer
  const list = matchMedia(query)
  answer.value = list.matches
  list.addEventListener('change', (event) => {
    answer.value = event.matches
  })
  return answer
}

function bounded(value: unknown, least: number, greatest: number, otherwise: number): number {
  const number = Number(value)
  if (value === undefined || !Number.isFinite(number)) return otherwise
  return Math.min(greatest, Math.max(least, Math.round(number)))
}
