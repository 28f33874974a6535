// Runs in the browser, on a page that forbids scripts of its own: an expression whose value is an object of functions.
({
  openAll() {
    for (const one of document.querySelectorAll('details')) one.setAttribute('open', '')
  },

  /** Elements that reach over the edge of the window and cannot be scrolled on their own. */
  sideways() {
    const root = document.documentElement
    const over = root.scrollWidth > root.clientWidth ? [`the page is ${root.scrollWidth} wide in ${root.clientWidth}`] : []
    for (const one of document.querySelectorAll('body *')) {
      const { right, width } = one.getBoundingClientRect()
      if (width > 1 && right > root.clientWidth + 1 && !one.closest('pre, .skip, .unseen')) over.push(`${one.tagName} ${one.className} ${right}`)
    }
    return over
  },

  /** Texts whose contrast with what is really behind them is under 4.5 to 1 (WCAG 2, AA), or which are tiny. */
  hardToRead() {
    const channels = (colour) => colour.match(/[\d.]+/g).map(Number)
    const light = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4)
    const luminance = ([red, green, blue]) => 0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue)
    const ground = (one) => {
      if (one === null) return [255, 255, 255]
      const colour = channels(getComputedStyle(one).backgroundColor)
      return colour.length === 4 && colour[3] === 0 ? ground(one.parentElement) : colour
    }
    const found = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement
      const text = node.textContent.trim()
      if (text === '' || parent.getClientRects().length === 0) continue
      const style = getComputedStyle(parent)
      const [brighter, darker] = [luminance(channels(style.color)), luminance(ground(parent))].sort((a, b) => b - a)
      const ratio = (brighter + 0.05) / (darker + 0.05)
      if (ratio < 4.5) found.push(`${ratio.toFixed(2)}: ${text.slice(0, 40)}`)
      if (Number.parseFloat(style.fontSize) < 12) found.push(`${style.fontSize}: ${text.slice(0, 40)}`)
    }
    return found
  },

  unnamedRegions() {
    const regions = [...document.querySelectorAll('section, [role="region"]')]
    return regions.filter((one) => !(one.getAttribute('aria-label') ?? document.getElementById(one.getAttribute('aria-labelledby') ?? '')?.textContent)).map((one) => one.outerHTML.slice(0, 80))
  },

  focused() {
    return document.activeElement?.textContent
  },
})
