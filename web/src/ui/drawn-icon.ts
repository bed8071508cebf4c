import { type ReactElement, type SVGProps, createElement } from 'react';

/** The lines of an icon: the name of each element with its attributes. */
export type IconLines = readonly (readonly [tag: string, attributes: Record<string, string>])[];

export interface DrawnIconProps extends SVGProps<SVGSVGElement> {
  size?: number | string;
}

/**
 * An icon of lucide, as that library draws it. Where the app is built `scripts/icons` puts the lines of each icon into the
 * module that shows it, in the place of the library.
 */
export function drawnIcon(name: string, lines: IconLines): (props: DrawnIconProps) => ReactElement {
  const children = lines.map(([tag, attributes]) => createElement(tag, attributes));
  return ({ size = 24, className, ...rest }) =>
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
        'aria-hidden': rest['aria-label'] === undefined && rest.role === undefined ? true : undefined,
        className: className ? `lucide lucide-${name} ${className}` : `lucide lucide-${name}`,
        ...rest,
      },
      ...children,
    );
}
