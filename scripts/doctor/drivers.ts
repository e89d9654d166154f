/** What to install where the driver of a graphics card is missing, or where a software driver answers. */

const LINUX = [
  "Debian, without a card or with AMD's or Intel's: apt-get install mesa-vulkan-drivers",
  "Debian, NVIDIA's (non-free): apt-get install nvidia-driver nvidia-vulkan-icd",
  "Ubuntu, as Debian; NVIDIA's: ubuntu-drivers install, or on a server apt-get install " +
  "libnvidia-gl-VERSION of the version that nvidia-smi names",
  "Fedora: dnf install mesa-vulkan-drivers vulkan-loader; NVIDIA's, of RPM Fusion: akmod-nvidia",
  "a container with NVIDIA's card: --gpus all, NVIDIA_DRIVER_CAPABILITIES=compute,utility,graphics, " +
  "in it apt-get install libvulkan1 libxext6 libegl1; if the card is still not found, " +
  "VK_DRIVER_FILES names the driver's file, as /etc/vulkan/icd.d/nvidia_icd.json",
];

const DRIVERS: Partial<Record<typeof Deno.build.os, readonly string[]>> = {
  linux: LINUX,
  windows: [
    "Windows: the card's driver by its vendor's installer; Direct3D 12 and Vulkan both serve",
  ],
  darwin: ["macOS: Metal is part of it, from macOS 13 on; a virtual machine may have none"],
};

/** Drivers by system, each a line; of an unknown system those of Linux. */
export function driverAdvice(os: typeof Deno.build.os): readonly string[] {
  return DRIVERS[os] ?? LINUX;
}
