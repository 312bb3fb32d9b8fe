const { getDefaultConfig, mergeConfig } = require('@react-native/metro-config');

const defaults = getDefaultConfig(__dirname);

// The model is an asset of the app, like a picture.
module.exports = mergeConfig(defaults, {
  resolver: { assetExts: [...defaults.resolver.assetExts, 'tflite'] },
});
