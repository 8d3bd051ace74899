/** The gallery: each widget with sample data, to be looked at and checked (`#gallery` of the app's address). */
import { createPinia } from 'pinia'
import { createApp, watchEffect } from 'vue'
import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import '../theme/tokens.css'
import '../theme/base.css'
import '../theme/settings.css'
import { views, viewsQuiet } from '../canvas/views.ts'
import { useCursorStore } from '../stores/cursor.ts'
import { useSelectionStore } from '../stores/selection.ts'
import { useSessionStore } from '../stores/session.ts'
import { useSettingsStore } from '../stores/settings.ts'
import Gallery from './Gallery.vue'
import { sampleLink } from './sample-core.ts'
import { manyAllocations } from './sample-large.ts'
import { sampleRun } from './sample-run.ts'

const wanted = new URLSearchParams(location.hash.slice(1))
const app = createApp(Gallery)
app.use(createPinia())
const settings = useSettingsStore()
const theme = wanted.get('theme')
if (theme === 'dark' || theme === 'light') settings.theme = theme
watchEffect(() => {
  document.documentElement.className = settings.dark ? 'dark' : 'light'
})

const session = useSessionStore()
const sample = wanted.get('run') === 'large' ? manyAllocations() : sampleRun()
session.attach(sampleLink(sample))
if (wanted.get('run') !== 'none') {
  session.summary = sample.summary
  useSelectionStore().adopt(null)
}
app.mount('#app')
Object.assign(window, {
  __pageward: { views, whenIdle: viewsQuiet, cursor: useCursorStore(), selection: useSelectionStore() },
})
