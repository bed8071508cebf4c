/** On which side of its anchor something floats. */
export type Placement = 'top' | 'bottom' | 'start' | 'end' | 'bottom start' | 'bottom end' | 'top start' | 'top end';
