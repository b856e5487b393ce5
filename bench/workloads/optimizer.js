/**
 * Adam, the same for all. Its ε is added before the correction of the running means (Keras) or after it (PyTorch and the
 * others); it is chosen so small that the two forms agree.
 */
export const adam = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-9 };
