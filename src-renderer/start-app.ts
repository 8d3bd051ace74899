/** Starts the page: fonts, theme, stores, app. */
import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import { createPinia } from 'pinia'
import { createApp, watchEffect } from 'vue'
import App from './App.vue'
import { keepOffline } from './core/offline.ts'
import { startDesktop, takeDroppedFiles, takeJournal } from './shell/desktop.ts'
import { useSettingsStore } from './stores/settings.ts'
import './theme/base.css'
import './theme/editor.css'
import './theme/forced-colors.css'
import './theme/settings.css'

const pinia = createPinia()
const settings = useSettingsStore(pinia)
watchEffect(() => {
  const root = document.documentElement
  root.className = [
    settings.dark ? 'dark' : 'light',
    settings.highContrast ? 'contrast' : '',
    settings.motion === 'reduced' ? 'calm' : '',
  ]
    .filter((each) => each !== '')
    .join(' ')
  root.style.setProperty('--zoom', String(settings.shownZoom / 100))
})
await takeJournal()
createApp(App).use(pinia).mount('#app')
startDesktop()
takeDroppedFiles()
keepOffline()
