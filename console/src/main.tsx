import './styles.css'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { consoleRouter } from './router.tsx'
import { SignedIn } from './sign-in.tsx'
import { applyTheme } from './state/preferences.ts'

applyTheme()
if (document.documentElement.dataset['environment'] === 'test') {
  void import('./environment-bar.tsx').then((bar) => bar.showEnvironmentBar())
}
const root = document.getElementById('root')
if (root === null) throw new Error('The page has no #root')
createRoot(root).render(
  <StrictMode>
    <App>
      <SignedIn>
        <RouterProvider router={consoleRouter} />
      </SignedIn>
    </App>
  </StrictMode>,
)
