/**
 * Shows a customer's portal inside a page of the product:
 *
 *     <script type="module" src="https://webhooks.example.com/embed.js"></script>
 *     <posthorn-portal src="(the url of app-portal-access)" lang="es" theme="dark"
 *                      accent="00aa77" height="auto"></posthorn-portal>
 *
 * `lang` (without it the link's, or the page's), `theme`, `accent`, `radius`, `font`, `density`, `height` and
 * `section` (where to go: `endpoints`, `deliveries`, …) may change at any time. Events: `posthorn-ready`; `posthorn-navigated`,
 * whose `detail.path` says where the portal is; `posthorn-expiring` five minutes before the session
 * ends at `detail.at`, and `posthorn-ended` when it is over: set `src` to a new link then. Messages go
 * to the portal's origin alone, and only those of its own frame are heard.
 */
class PosthornPortal extends HTMLElement {
  static observedAttributes = [
    ...['src', 'lang', 'theme', 'accent', 'radius', 'font', 'density', 'height', 'section'],
  ]
  #frame = null
  #origin = ''
  #hear = (event) => this.#onMessage(event)

  connectedCallback() {
    addEventListener('message', this.#hear)
    this.#open()
  }

  disconnectedCallback() {
    removeEventListener('message', this.#hear)
    this.#frame?.remove()
    this.#frame = null
  }

  attributeChangedCallback(name, before, after) {
    if (this.#frame === null || before === after) return
    if (name === 'src') this.#open()
    else if (name === 'section') this.#go()
    else this.#tell()
  }

  #open() {
    this.#frame?.remove()
    const url = URL.parse(this.getAttribute('src') ?? '')
    if (url === null || !/^https?:$/.test(url.protocol)) return
    this.#origin = url.origin
    const frame = document.createElement('iframe')
    frame.title = this.getAttribute('title') ?? 'Webhooks'
    frame.referrerPolicy = 'no-referrer'
    frame.allow = 'clipboard-write'
    frame.setAttribute(
      'sandbox',
      'allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-downloads',
    )
    frame.style.cssText = 'display:block;width:100%;height:640px;border:0'
    frame.addEventListener('load', () => this.#tell())
    frame.src = url.href
    this.style.display ||= 'block'
    this.#frame = frame
    this.append(frame)
  }

  /** Says how the portal is to look. The first word also tells it to whom it may answer. */
  #tell() {
    const height = this.getAttribute('height')
    if (height !== null && height !== 'auto') this.#frame.style.height = height
    this.#frame.contentWindow?.postMessage(
      {
        type: 'posthorn:look',
        language: this.#language(),
        theme: this.getAttribute('theme'),
        accent: this.getAttribute('accent'),
        radius: this.getAttribute('radius'),
        font: this.getAttribute('font'),
        density: this.getAttribute('density'),
        grows: height === 'auto',
      },
      this.#origin,
    )
  }

  /** Its own, else the link's, else that of the part of the page that this stands in. */
  #language() {
    const own = this.getAttribute('lang')
    const ofLink = URL.parse(this.getAttribute('src') ?? '')?.searchParams.has('lang')
    if (own !== null || ofLink) return own
    return this.closest('[lang]')?.getAttribute('lang')?.slice(0, 2) ?? null
  }

  #go() {
    const section = this.getAttribute('section')
    if (section === null) return
    this.#frame?.contentWindow?.postMessage({ type: 'posthorn:go', section }, this.#origin)
  }

  #onMessage({ source, origin, data }) {
    if (this.#frame === null || source !== this.#frame.contentWindow) return
    if (origin !== this.#origin || typeof data !== 'object' || data === null) return
    if (data.type === 'posthorn:height' && this.getAttribute('height') === 'auto') {
      const height = Number(data.height)
      if (height > 0 && height < 100_000) this.#frame.style.height = `${Math.ceil(height)}px`
    }
    if (data.type === 'posthorn:ready') {
      this.dispatchEvent(new Event('posthorn-ready'))
      this.#go()
    }
    if (data.type === 'posthorn:navigated') {
      const detail = { path: String(data.path) }
      this.dispatchEvent(new CustomEvent('posthorn-navigated', { detail }))
    }
    if (data.type === 'posthorn:expiring') {
      const detail = { at: String(data.at) }
      this.dispatchEvent(new CustomEvent('posthorn-expiring', { detail }))
    }
    if (data.type === 'posthorn:ended') this.dispatchEvent(new Event('posthorn-ended'))
  }
}

if (!customElements.get('posthorn-portal')) customElements.define('posthorn-portal', PosthornPortal)
