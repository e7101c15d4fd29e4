import './styles.css'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { listenToHost } from './portal-embed.ts'
import { applyPortalLook, withLinkParameters } from './portal-look.ts'
import { portalRouter } from './portal-router.tsx'
import { PortalSession } from './portal-session.tsx'
import { applyTheme } from './state/preferences.ts'
import { setTabAddress } from './state/tabs.ts'

applyTheme()
applyPortalLook(location.search)
listenToHost()
setTabAddress(withLinkParameters)
if (window.parent !== window) void import('./portal-host.ts').then((host) => host.followHost())
const root = document.getElementById('root')
if (root === null) throw new Error('The page has no #root')
createRoot(root).render(
  <StrictMode>
    <App>
      <PortalSession>
        <RouterProvider router={portalRouter} />
      </PortalSession>
    </App>
  </StrictMode>,
)
