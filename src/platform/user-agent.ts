export type DeviceDescription = {
  readonly os: 'Windows' | 'macOS' | 'iOS' | 'Android' | 'ChromeOS' | 'Linux' | 'Other'
  readonly device: 'Desktop' | 'Mobile' | 'Tablet'
}

/** What a User-Agent says of the device, by the first match of the list in `widget-and-feeds.md` 2. */
export function describeUserAgent(userAgent: string): DeviceDescription {
  if (userAgent.includes('iPad')) return { os: 'iOS', device: 'Tablet' }
  if (/iPhone|iPod/.test(userAgent)) return { os: 'iOS', device: 'Mobile' }
  if (userAgent.includes('Android')) {
    return { os: 'Android', device: /\bMobile\b/.test(userAgent) ? 'Mobile' : 'Tablet' }
  }
  if (userAgent.includes('Windows')) return { os: 'Windows', device: 'Desktop' }
  if (userAgent.includes('CrOS')) return { os: 'ChromeOS', device: 'Desktop' }
  if (/Macintosh|Mac OS X/.test(userAgent)) return { os: 'macOS', device: 'Desktop' }
  if (userAgent.includes('Linux')) return { os: 'Linux', device: 'Desktop' }
  return { os: 'Other', device: 'Desktop' }
}
