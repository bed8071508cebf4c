import { createElement } from 'react';

/** An icon of lucide from its data, as the library draws it. */
export default function createLucideIcon({ name, node }) {
  const children = node.map(([tag, attributes]) => createElement(tag, attributes));
  const Icon = ({ size = 24, className, ...rest }) =>
    createElement(
      'svg',
      {
        xmlns: 'http://www.w3.org/2000/svg',
        width: size,
        height: size,
        viewBox: '0 0 24 24',
        fill: 'none',
        stroke: 'currentColor',
        strokeWidth: 2,
        strokeLinecap: 'round',
        strokeLinejoin: 'round',
        className: `lucide lucide-${name} ${className ?? ''}`.trimEnd(),
        'aria-hidden': 'aria-label' in rest || 'role' in rest ? undefined : true,
        ...rest,
      },
      ...children,
    );
  return Icon;
}
